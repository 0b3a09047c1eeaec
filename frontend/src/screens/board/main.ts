/** Starts the official's board. */
import '../../styles/base.css';
import { mount } from 'svelte';
import { beginWith, type Load } from '../../lib/i18n.svelte';
import { learn } from '../../lib/may.svelte';
import { chooseLang, prefs } from '../../lib/prefs.svelte';
import { texts as accountTexts } from '../account/texts';
import { texts as alertTexts } from '../alerts/texts';
import BoardPage from './BoardPage.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('the page has no #app');
accountTexts();
alertTexts();
beginWith(import.meta.glob('@locales/*/ui_board.json') as Record<string, Load>);
void Promise.all([chooseLang(prefs.lang), learn()]).then(() => mount(BoardPage, { target }));
void import('../drills/mark').then(({ mark }) => mark());

/** Starts the page of figures and documents. */
import '../../styles/base.css';
import { mount } from 'svelte';
import { alsoRead, beginWith, type Load } from '../../lib/i18n.svelte';
import { chooseLang, prefs } from '../../lib/prefs.svelte';
import { texts } from '../account/texts';
import FiguresPage from './FiguresPage.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('the page has no #app');
texts();
beginWith(import.meta.glob('@locales/*/{ui_figures,terms,documents}.json') as Record<string, Load>);
alsoRead(import.meta.glob('@locales/*/problems.json') as Record<string, Load>);
void chooseLang(prefs.lang).then(() => mount(FiguresPage, { target }));
void import('../drills/mark').then(({ mark }) => mark());

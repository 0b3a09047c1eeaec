/** Starts the partner's page: own things, keys, webhooks, use, examples. */
import '../../styles/base.css';
import { mount } from 'svelte';
import { beginWith, type Load } from '../../lib/i18n.svelte';
import { chooseLang, prefs } from '../../lib/prefs.svelte';
import { texts } from '../account/texts';
import PartnerPage from './PartnerPage.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('the page has no #app');
texts();
beginWith(import.meta.glob('@locales/*/{ui_partner,ui_command}.json') as Record<string, Load>);
void chooseLang(prefs.lang).then(() => mount(PartnerPage, { target }));
void import('../drills/mark').then(({ mark }) => mark());

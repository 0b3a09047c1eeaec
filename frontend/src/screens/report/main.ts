/** Starts the report form. It must open on a weak line: no map code, no waiting for the server. */
import '../../styles/base.css';
import { mount } from 'svelte';
import { beginWith, onlyRead, type Load } from '../../lib/i18n.svelte';
import { chooseLang, prefs } from '../../lib/prefs.svelte';
import { serve } from '../../phone/install.svelte';
import Report from './Report.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('the page has no #app');
beginWith(import.meta.glob('@locales/*/ui_report.json') as Record<string, Load>);
onlyRead(import.meta.glob('@locales/*/{terms,field}.json') as Record<string, Load>);
void serve('report');
void chooseLang(prefs.lang).then(() => {
  mount(Report, { target });
  void import('../account/strip').then(({ strip }) => strip(target));
});
void import('../drills/mark').then(({ mark }) => mark());

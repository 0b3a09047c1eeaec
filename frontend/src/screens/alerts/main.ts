/** Starts the page of alerts: one's own, and the log of messages. */
import '../../styles/base.css';
import { mount } from 'svelte';
import { api } from '../../lib/api';
import { learn } from '../../lib/may.svelte';
import { chooseLang, prefs } from '../../lib/prefs.svelte';
import { setZones } from '../../lib/time';
import { texts as accountTexts } from '../account/texts';
import AlertsPage from './AlertsPage.svelte';
import { texts } from './texts';

const target = document.getElementById('app');
if (!target) throw new Error('the page has no #app');
texts();
accountTexts();
const zones = api.config().then(
  (config) => setZones(config.region.time_zones),
  () => undefined, // the page says itself that nobody answers
);
void Promise.all([chooseLang(prefs.lang), learn(), zones]).then(() => mount(AlertsPage, { target }));
void import('../drills/mark').then(({ mark }) => mark());

/** Starts the page of administration. */
import '../../styles/base.css';
import { mount } from 'svelte';
import { alsoRead, beginWith, type Load } from '../../lib/i18n.svelte';
import { chooseLang, prefs } from '../../lib/prefs.svelte';
import { texts } from '../account/texts';
import AdminPage from './AdminPage.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('the page has no #app');
texts();
beginWith(
  import.meta.glob('@locales/*/{ui_admin,ui_command,ui_health,admin,terms}.json') as Record<string, Load>,
);
alsoRead(import.meta.glob('@locales/*/problems.json') as Record<string, Load>);
void chooseLang(prefs.lang).then(() => mount(AdminPage, { target }));

/** Starts the administrator's page: people and keys. */
import '../../styles/base.css';
import { mount } from 'svelte';
import { chooseLang, prefs } from '../../lib/prefs.svelte';
import { texts } from '../account/texts';
import PeoplePage from './PeoplePage.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('the page has no #app');
texts();
void chooseLang(prefs.lang).then(() => mount(PeoplePage, { target }));

/** Starts the pages around signing in: /sign-in, /welcome, /account. */
import '../../styles/base.css';
import { mount } from 'svelte';
import { chooseLang, prefs } from '../../lib/prefs.svelte';
import AccountPage from './AccountPage.svelte';
import SignInPage from './SignInPage.svelte';
import Welcome from './Welcome.svelte';
import { texts } from './texts';

const target = document.getElementById('app');
if (!target) throw new Error('the page has no #app');
const PAGES = { '/welcome': Welcome, '/account': AccountPage };
texts();
void chooseLang(prefs.lang).then(() => {
  mount(PAGES[location.pathname as keyof typeof PAGES] ?? SignInPage, { target });
});

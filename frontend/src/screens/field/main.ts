/** Starts a crew's page. It must open in the taiga: no map code, no waiting for the server. */
import '../../styles/base.css';
import './field.css';
import { mount } from 'svelte';
import { beginWith, onlyRead, type Load } from '../../lib/i18n.svelte';
import { chooseLang, prefs } from '../../lib/prefs.svelte';
import { serve } from '../../phone/install.svelte';
import Field from './Field.svelte';
import { showLight } from './light.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('the page has no #app');
beginWith(import.meta.glob('@locales/*/ui_field.json') as Record<string, Load>);
onlyRead(import.meta.glob('@locales/*/{terms,field}.json') as Record<string, Load>);
showLight();
void serve('field');
void chooseLang(prefs.lang).then(() => mount(Field, { target }));
void import('../drills/mark').then(({ mark }) => mark());

// Every page in English: see every_page.mjs.
import { everyPage } from './every_page.mjs';

everyPage('en');

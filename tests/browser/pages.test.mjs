// Every page in Korean: see every_page.mjs.
import { everyPage } from './every_page.mjs';

everyPage('ko');

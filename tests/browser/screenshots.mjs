// The pictures of the README, from a server on a standing clock: `node tests/browser/screenshots.mjs`.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fill, openBrowser, openWindow, setUp, startServer } from './lib.mjs';

const FOLDER = fileURLToPath(new URL('../../deploy/screenshots', import.meta.url));
const DESKTOP = { width: 1160, height: 700 };
const PHONE = { width: 390, height: 844 };
const START = Date.parse('2026-11-20T20:00:00+09:00');

const server = await startServer('--test-clock');
const move = async (minutes) => {
  const answer = await fetch(`${server.base}/test/clock`, { method: 'PUT', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ now: new Date(START + minutes * 60_000).toISOString() }) });
  if (!answer.ok) throw new Error(`clock: ${answer.status} ${await answer.text()}`);
};
try {
  mkdirSync(FOLDER, { recursive: true });
  await move(0);
  const admin = await setUp(server);
  const places = await fill(admin, move);
  const browser = await openBrowser();
  const shots = [
    ['home-ko', '/', 'ko', 'light', DESKTOP], ['home-en-dark', '/', 'en', 'dark', { width: 1080, height: 620 }],
    ['incident-ko', places.open, 'ko', 'light', DESKTOP], ['incident-en', places.open, 'en', 'light', DESKTOP],
    ['incident-phone-dark', places.open, 'ko', 'dark', PHONE], ['declare-ko', '/declare', 'ko', 'light', DESKTOP],
    ['watch-ko', `${places.open}/watch`, 'ko', 'light', DESKTOP], ['policy-en', '/policy', 'en', 'light', DESKTOP],
  ];
  for (const [name, path, lang, theme, viewport] of shots) {
    const { context, page } = await openWindow(browser, admin, { viewport, colorScheme: theme });
    await page.goto(`${server.base}${path}?lang=${lang}`);
    await page.screenshot({ path: join(FOLDER, `${name}.png`) });
    await context.close();
  }
  await browser.close();
} finally {
  await server.stop();
}

import { describe, expect, it } from 'vitest';
import { browserPages } from './page.ts';

const openPage = browserPages();

describe('the language of the window', () => {
  it('is German where the system speaks it, in words, numbers and times', async () => {
    const page = await openPage('offline', { locale: 'de-AT' });
    await page.getByRole('button', { name: 'Konto: Ana García, Bestätigt' }).waitFor();
    await page.getByRole('log', { name: 'Gespräch mit Nordwind Logistics' }).waitFor();
    await page.getByText('Offline. Sie können lesen und schreiben; 2 Nachrichten warten.').waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
    await page.getByRole('textbox', { name: 'Nachricht' }).fill('x'.repeat(4_000));
    await page.getByText('4.000 von 4.096').waitFor();
  });

  it('is English where the app does not speak the system’s', async () => {
    const page = await openPage('short', { locale: 'fr-FR' });
    await page.getByRole('button', { name: 'Account: Ana García, Verified' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
  });
});

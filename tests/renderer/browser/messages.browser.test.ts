import { describe, expect, it } from 'vitest';
import { asked, atRest, box, browserPages, button, focusedName, thread } from './page.ts';

const openPage = browserPages();
const tall = { viewport: { width: 900, height: 6_400 } };

describe('messages of every kind', () => {
  it('are there in words and never as a blank; a quote leads to what it quotes', async () => {
    const page = await openPage('messages-short', tall);
    await thread(page).getByText('Which day? (this version cannot do this)').waitFor();
    await thread(page).getByText('This message was deleted.').waitFor();
    const blank = await thread(page)
      .locator('.bubble')
      .evaluateAll((bubbles) => bubbles.filter((bubble) => bubble.textContent?.trim() === '').length);
    expect(blank).toBe(0);

    expect(await thread(page).getByText('Tomorrow before noon').first().isVisible()).toBe(true);
    await button(page, 'In answer to Lena: Your crate is on board.. Go to that message').click();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-key')))
      .toBe('m-form');
    await button(page, /^In answer to Nordwind Logistics: Tomorrow/).click();
    await button(page, /^In answer to Nordwind Logistics: Tomorrow/).waitFor({ state: 'detached' });
    expect(await asked(page, 'showMessage')).toEqual([{ epoch: 1, at: 'm-elsewhere' }]);
  });
});

describe('a form', () => {
  it('is filled in and sent with the keyboard alone, says in words what is wrong, and is answered once', async () => {
    const page = await openPage('messages-short', tall);
    const form = page.getByRole('form', { name: 'Form' }).first();
    // Into the message, and from its first field on.
    await form.locator('xpath=ancestor::article').focus();
    await page.keyboard.press('Enter');
    expect(await focusedName(page)).toBe('Which day?');
    await page.keyboard.type('x');
    await page.keyboard.press('Enter');

    const [short, missing, choice] = await form.locator('.field-problem').all();
    await expect.poll(() => short?.textContent()).toBe('This is too short. Write at least 2 characters.');
    expect(await missing?.textContent()).toBe('Answer this question.');
    expect(await choice?.textContent()).toBe('Choose one of these.');
    const first = form.getByRole('textbox').first();
    expect(await first.getAttribute('aria-invalid')).toBe('true');
    expect(await first.evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await asked(page, 'sendForm')).toEqual([]);

    await page.keyboard.type('yz');
    await page.keyboard.press('Tab');
    await page.keyboard.type('ana@example.com');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Your answers are on their way.').waitFor();
    // The form is gone, and the focus with it to its message.
    const focusedMessage = () => page.evaluate(() => document.activeElement?.getAttribute('data-key'));
    await expect.poll(focusedMessage).toBe('m-8');
    expect(await asked(page, 'sendForm')).toEqual([
      {
        epoch: 1,
        form: 'm-8',
        answers: [
          { type: 'text', name: 'a', label: 'Which day?', text: 'xyz' },
          { type: 'email', name: 'b', label: 'Which day?', email: 'ana@example.com' },
          { type: 'select', name: 'c', label: 'Which day?', select: [{ name: 'x', label: 'Express' }] },
        ],
      },
    ]);
    expect(await thread(page).getByRole('term').last().textContent()).toBe('Which day?');
  });

  it('is sent by a click in the middle of which the thread moved a little', async () => {
    const page = await openPage('messages-short', { viewport: { width: 900, height: 1_600 } });
    const sendButton = page.getByRole('form', { name: 'Form' }).first().getByRole('button');
    await atRest(page);
    await sendButton.hover();
    await page.mouse.down();
    const moved = await page.evaluate(() => {
      const scroller = document.querySelector('.thread');
      if (scroller === null) throw new Error('No thread.');
      const before = scroller.scrollTop;
      scroller.scrollBy({ top: -2, behavior: 'instant' });
      return new Promise<number>((done) => {
        requestAnimationFrame(() => requestAnimationFrame(() => done(before - scroller.scrollTop)));
      });
    });
    expect(moved).toBe(2);
    await page.mouse.up();
    await expect.poll(() => focusedName(page)).toBe('Which day?');
    await expect
      .poll(() =>
        page.getByRole('form', { name: 'Form' }).first().locator('.field-problem').allTextContents(),
      )
      .toContain('Answer this question.');
  });

  it('keeps what was filled in while it is out of sight, and says when another device was faster', async () => {
    const page = await openPage('messages-short', { viewport: { width: 900, height: 680 } });
    await page.evaluate(() => {
      window.stage.answers.sendForm = () => ({ ok: false, failure: { kind: 'alreadySent' } });
    });
    const form = page.getByRole('form', { name: 'Form' }).first();
    await thread(page).hover();
    const comeToForm = async (): Promise<void> => {
      await expect
        .poll(
          async () => {
            await page.mouse.wheel(0, -400);
            return form.isVisible();
          },
          { timeout: 10_000 },
        )
        .toBe(true);
      // The wheel goes on for a while, and a click whose button moves away under it is none.
      await atRest(page);
    };
    await comeToForm();
    await form.getByRole('textbox').first().fill('Noon');
    // Elsewhere: the message that was chosen last is kept.
    await page.keyboard.press('Escape');
    await page.keyboard.press('End');
    await form.waitFor({ state: 'detached' });
    await comeToForm();
    expect(await form.getByRole('textbox').first().inputValue()).toBe('Noon');

    await form.getByRole('textbox').nth(1).fill('ana@example.com');
    await form.getByRole('combobox').selectOption('y');
    await form.getByRole('button').click();
    await form.waitFor({ state: 'detached' });
    const answered = thread(page).locator('[data-key="m-8"]').getByText('You answered this form.');
    await answered.waitFor();
  });
});

describe('a form that comes first', () => {
  it('stands in for the box until it is answered, and the draft is there again then', async () => {
    const page = await openPage('form-first', { viewport: { width: 360, height: 560 } });
    await page.getByText('Please answer the form first.').waitFor();
    expect(await box(page).isVisible()).toBe(false);
    await button(page, 'To the form').click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-key'))).toBe('q');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Ana');
    await page.keyboard.press('Tab');
    await page.keyboard.type('ana@example.com');
    await page.keyboard.press('Enter');
    await box(page).waitFor();
    expect(await box(page).inputValue()).toBe('By the way');
  });
});

describe('where a link leads', () => {
  it('H-02 is said while it is pointed at and while it has the focus, beside words that do not say it', async () => {
    const page = await openPage('messages-hostile', tall);
    const link = thread(page).getByRole('link').first();
    await link.hover();
    await page.getByText('Leads to xn--pple-43d.com').waitFor();
    await box(page).hover();
    await page.getByText('Leads to xn--pple-43d.com').waitFor({ state: 'detached' });
    await link.focus();
    await page.getByText('Leads to xn--pple-43d.com').waitFor();
    expect(await thread(page).getByText('[xn--pple-43d.com]').first().isVisible()).toBe(true);
  });
});

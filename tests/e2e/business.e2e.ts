import { Business } from './harness/business.ts';
import { ana } from './harness/people.ts';
import { expect, test } from './harness/story.ts';

test.describe('The business answers through its own client', () => {
  test('and is seen typing, then read with its name, on every device', async ({ service, newDevice }) => {
    const business = new Business(service);
    const desk = await newDevice('desk');
    await desk.signIn(ana);
    await desk.write('Is the blue one in stock?');
    await desk.waitUntilSent('Is the blue one in stock?');
    const laptop = await newDevice('laptop');
    await laptop.signIn(ana);
    await laptop.waitForMessage('Is the blue one in stock?');

    const conversation = await business.conversationOf(ana.userId);
    expect(await business.texts(conversation)).toEqual(['Is the blue one in stock?']);

    await business.typing(conversation, true);
    await expect(desk.thread.getByText('Mira Fernandez is typing')).toBeVisible();
    await desk.picture('1-the-business-types');

    await business.say(conversation, 'It is. Shall I put one aside?', {
      actions: [
        { type: 'reply', text: 'Yes, please', payload: 'KEEP' },
        { type: 'reply', text: 'No, thanks', payload: 'LEAVE' },
      ],
    });
    await desk.waitForMessage('It is. Shall I put one aside?');
    await laptop.waitForMessage('It is. Shall I put one aside?');
    await expect(desk.thread.getByText('Mira Fernandez is typing')).toBeHidden();
    const answer = (await desk.messages()).at(-1);
    expect(answer).toMatchObject({ own: false });
    expect(answer?.name).toContain('Mira Fernandez');
    await desk.picture('2-the-business-answers');

    await desk.page.getByRole('button', { name: 'Yes, please' }).click();
    await laptop.waitForMessage('Yes, please');
    await expect(desk.page.getByRole('button', { name: 'No, thanks' })).toBeHidden();
    await expect
      .poll(() => business.texts(conversation))
      .toEqual(['Is the blue one in stock?', 'It is. Shall I put one aside?', 'Yes, please']);
  });

  test('and what nobody has looked at is counted as unread', async ({ service, newDevice }) => {
    const business = new Business(service);
    const desk = await newDevice('desk');
    await desk.signIn(ana);
    await desk.write('Hello');
    await desk.waitUntilSent('Hello');
    const unread = () =>
      desk.page.evaluate(async () => {
        const view = await globalThis.smooch.getView();
        return view.ok ? view.value.unreadCount : null;
      });
    const conversation = await business.conversationOf(ana.userId);

    await desk.lookAway();
    await business.say(conversation, 'One');
    await business.say(conversation, 'Two');
    await desk.waitForMessage('Two');
    expect(await unread()).toBe(2);
    await desk.lookBack();
    await expect(desk.thread.getByText('2 new messages')).toBeVisible();
    await desk.picture('3-two-unread');
    await expect.poll(unread).toBe(0);
  });
});

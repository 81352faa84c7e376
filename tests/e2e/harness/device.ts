import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKeyring } from '../../keyring-session.ts';
import type { KeyringSession } from '../../keyring-session.ts';
import type { SmoochBridge } from '../../../contract/bridge.ts';
import type { View } from '../../../contract/view.ts';
import { runToExit, startElectron } from './electron.ts';
import type { RunningApp } from './electron.ts';
import { screenEnvironment } from './environment.ts';
import type { Customer } from './people.ts';
import { savePicture } from './pictures.ts';

declare global {
  /** What the preload gives to the page; here so that code run in the page knows it. */
  var smooch: SmoochBridge;
}

/** A message as it stands on the screen. */
export interface ShownMessage {
  readonly key: string;
  readonly text: string;
  /** Written by the person at this device, here or elsewhere. */
  readonly own: boolean;
  /** The accessible name: author, time, text and how far it has come. */
  readonly name: string;
}

export interface DeviceOptions {
  /** What a picture of it is called. */
  readonly name: string;
  readonly configUrl: string;
  readonly appId: string;
  /** A keyring shared with another device of the same machine, which stops it; absent, one of its own. */
  readonly keyring?: KeyringSession;
  /** False where the window opens on a screen without a text box, or behind the keyring's own window. */
  readonly takesFocus?: boolean;
  /** More switches for the app. */
  readonly switches?: readonly string[];
  /** More environment for the app. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * One device with the app on it: its own data folder, its own keyring, the same service as the others. Every wait is for
 * something that can be seen.
 */
export class Device {
  readonly name: string;
  readonly userDataDir: string;
  readonly keyring: KeyringSession;
  #options: DeviceOptions;
  #running: RunningApp | undefined;
  #leaks: Leaks | undefined;

  /** Start the app on a device that has never run it. */
  static async start(options: DeviceOptions): Promise<Device> {
    const keyring = options.keyring ?? (await startKeyring({ password: 'a password for one test' }));
    const device = new Device(options, keyring);
    try {
      await device.open();
      return device;
    } catch (error) {
      await device.dispose();
      throw error;
    }
  }

  private constructor(options: DeviceOptions, keyring: KeyringSession) {
    this.#options = options;
    this.name = options.name;
    this.keyring = keyring;
    this.userDataDir = mkdtempSync(join(tmpdir(), 'onethread-device-'));
  }

  /** The app that runs now. */
  get running(): RunningApp {
    if (this.#running === undefined) throw new Error(`The app on ${this.name} is not running.`);
    return this.#running;
  }

  get page(): Page {
    return this.running.page;
  }

  get thread(): Locator {
    return this.page.getByRole('log');
  }

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: 'Message', exact: true });
  }

  /** Who the app says it speaks as: name and standing, "ana@example.com, Verified"; empty while its page is replaced. */
  async whoAmI(): Promise<string> {
    const { page } = this;
    const button = page.getByRole('button', { name: /^Account:/ });
    const label = await button.getAttribute('aria-label').catch((error: unknown) => {
      // It belonged to the person before, and went with them.
      if (page.isClosed()) return null;
      throw error;
    });
    return label?.replace(/^Account: /, '') ?? '';
  }

  /** Start the app on what the device has kept. */
  async open(): Promise<void> {
    this.#running = await startElectron({
      args: ['.', `--user-data-dir=${this.userDataDir}`, ...(this.#options.switches ?? [])],
      env: this.#environment(),
    });
    // Nobody clicks into a window before it is there, and a window that comes forward closes an open menu.
    if (this.#options.takesFocus === false) return;
    await expect.poll(() => this.page.evaluate('document.hasFocus()')).toBe(true);
  }

  #environment(): Record<string, string> {
    const { configUrl, appId, env } = this.#options;
    return {
      ...screenEnvironment(),
      ...this.keyring.env,
      ONETHREAD_CONFIG_URL: configUrl,
      ONETHREAD_APP_ID: appId,
      ONETHREAD_NODE: process.execPath,
      ...env,
    };
  }

  /** Quit as a person does, and start again. */
  async restart(): Promise<void> {
    await this.quit();
    await this.open();
  }

  async quit(): Promise<'quit' | 'killed'> {
    const how = await this.running.quit();
    this.#running = undefined;
    return how;
  }

  /** The battery dies. */
  async kill(): Promise<void> {
    await this.running.kill();
    this.#running = undefined;
  }

  /** Sign in as a person does, with the password the business knows. */
  async signIn({ userId, password }: Customer): Promise<void> {
    await this.page.getByRole('button', { name: /^Account:/ }).click();
    await this.page.getByRole('menuitem', { name: /^Sign in( again| as someone else)?$/ }).click();
    const sheet = this.page.getByRole('dialog', { name: /^(Sign in|Switch user)$/ });
    await sheet.getByLabel('User ID').fill(userId);
    await sheet.getByRole('textbox', { name: 'Password' }).fill(password);
    await sheet.getByRole('button', { name: 'Sign in', exact: true }).click();
    await this.#left(sheet);
  }

  /** Answer what becomes of the anonymous conversation here, which is asked where the person has one already. */
  async bringItAlong(): Promise<void> {
    await this.#answerQuestion('Bring it with me');
  }

  async leaveItBehind(): Promise<void> {
    await this.#answerQuestion('Leave it and erase it');
  }

  async #answerQuestion(answer: string): Promise<void> {
    const question = this.page.getByRole('alertdialog', { name: 'Bring this conversation with you?' });
    await question.getByRole('button', { name: answer }).click();
    await this.#left(question);
  }

  /** Until something is off the screen: closed, or gone with its page when another person came in. */
  async #left(shown: Locator): Promise<void> {
    await expect.poll(() => shown.isVisible().catch(() => !shown.page().isClosed())).toBe(false);
    await this.running.oneWindow();
  }

  /** Try to sign in with what may be wrong; the sentence that the sheet answers with. Leaves the sheet open. */
  async trySignIn({ userId, password }: Customer): Promise<string> {
    const sheet = await this.#signInSheet('With password');
    await sheet.getByLabel('User ID').fill(userId);
    await sheet.getByRole('textbox', { name: 'Password' }).fill(password);
    return this.#refusal(sheet);
  }

  async trySignInWithToken(userId: string, token: string): Promise<string> {
    const sheet = await this.#signInSheet('With token');
    await sheet.getByLabel('User ID').fill(userId);
    await sheet.getByRole('textbox', { name: 'Token' }).fill(token);
    const sentence = await this.#refusal(sheet);
    await this.page.keyboard.press('Escape');
    await expect(sheet).toBeHidden();
    return sentence;
  }

  async #signInSheet(way: string): Promise<Locator> {
    await this.page.getByRole('button', { name: /^Account:/ }).click();
    await this.page.getByRole('menuitem', { name: /^Sign in( again| as someone else)?$/ }).click();
    const sheet = this.page.getByRole('dialog', { name: /^(Sign in|Switch user)$/ });
    await sheet.getByRole('tab', { name: way }).click();
    return sheet;
  }

  async #refusal(sheet: Locator): Promise<string> {
    await sheet.getByRole('button', { name: 'Sign in', exact: true }).click();
    const problem = sheet.locator('.problem');
    await expect(problem).toBeVisible();
    return (await problem.textContent()) ?? '';
  }

  /** What is different about this device from its next start on. */
  change(options: Partial<DeviceOptions>): void {
    this.#options = { ...this.#options, ...options };
  }

  /** Start the app once more while it runs. @returns the exit code of that second start */
  async startAgain(): Promise<number | null> {
    const { code } = await runToExit([`--user-data-dir=${this.userDataDir}`], this.#environment());
    return code;
  }

  /** `onethread --erase-all`, at a terminal: there is no screen. */
  async eraseAll(without: readonly string[] = []): ReturnType<typeof runToExit> {
    const gone = ['DISPLAY', 'XAUTHORITY', 'WAYLAND_DISPLAY', ...without];
    const env = Object.entries(this.#environment()).filter(([name]) => !gone.includes(name));
    const switches = ['--erase-all', `--user-data-dir=${this.userDataDir}`];
    return runToExit(switches, Object.fromEntries(env));
  }

  /** The mission's `login(userId)`, as the page calls it. */
  async login(userId: string, jwt?: string): ReturnType<SmoochBridge['login']> {
    const call = ([id = '', proof]: (string | undefined)[]) => globalThis.smooch.login(id, proof);
    const { page } = this;
    return page.evaluate(call, [userId, jwt]).catch((error: unknown) => {
      // Its page went with another login's success.
      if (page.isClosed()) return { ok: false, failure: { kind: 'superseded' } };
      throw error;
    });
  }

  async useTheme(theme: 'Light' | 'Dark'): Promise<void> {
    await this.page.getByRole('button', { name: /^Account:/ }).click();
    await this.page.getByRole('menuitemradio', { name: theme }).click();
    await this.page.keyboard.press('Escape');
    await expect(this.page.getByRole('menu')).toBeHidden();
  }

  /** Sign out through the menu, up to the report of what was erased. */
  async signOut(): Promise<void> {
    await this.page.getByRole('button', { name: /^Account:/ }).click();
    await this.page.getByRole('menuitem', { name: /^(Sign out and erase|Erase this conversation)$/ }).click();
    const question = this.page.getByRole('alertdialog');
    await question
      .getByRole('button', { name: /^(Sign out and erase|Erase|Discard and (sign out|erase))$/ })
      .click();
    await this.#left(question);
    const report = this.page.getByRole('dialog', { name: /^Everything was erased$/ });
    await report.getByRole('button', { name: 'Done' }).click();
  }

  /** Type and press Enter; waits until the app has taken it, which empties the box. */
  async write(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
    await expect(this.composer).toHaveValue('');
  }

  /** The stretch of the thread on the screen, from top to bottom. */
  async messages(): Promise<ShownMessage[]> {
    return this.thread.getByRole('article').evaluateAll((articles) =>
      articles.map((article) => ({
        key: article.getAttribute('data-key') ?? '',
        text: article.querySelector('.bubble')?.textContent ?? '',
        own: article.classList.contains('message-own'),
        name: article.getAttribute('aria-label') ?? '',
      })),
    );
  }

  async texts(): Promise<string[]> {
    return (await this.messages()).map(({ text }) => text);
  }

  async waitForMessage(text: string): Promise<void> {
    await expect.poll(() => this.texts(), { message: `${this.name} shows “${text}”` }).toContain(text);
  }

  /** Until the person at this device can see that the service has the message. */
  async waitUntilSent(text: string): Promise<void> {
    await expect
      .poll(async () => (await this.messages()).find((one) => one.text === text)?.name ?? '')
      .toMatch(/, (sent|delivered|seen)$/);
  }

  /** The service's ids of what is on the screen, from top to bottom. */
  async ids(): Promise<(string | null)[]> {
    const view = await this.#view();
    return view.thread.messages.map(({ id }) => id);
  }

  async conversationId(): Promise<string> {
    const { conversationId } = (await this.#view()).thread;
    if (conversationId === null) throw new Error(`${this.name} has no conversation yet`);
    return conversationId;
  }

  /** Accounts with files on this device. */
  accounts(): string[] {
    const folder = join(this.userDataDir, 'accounts');
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  /** Accounts with a key in this device's keyring, asked without the app. */
  keychainItems(): string[] {
    const { stderr } = spawnSync('secret-tool', ['search', '--all', 'service', 'onethread'], {
      env: { PATH: process.env['PATH'], ...this.keyring.env },
      encoding: 'utf8',
    });
    return [...stderr.matchAll(/^attribute\.account = (.+)$/gm)].map(([, account = '']) => account);
  }

  /** The desktop's screen saver says that the screen is locked. */
  lockDesktop(): void {
    const { status } = spawnSync(
      'dbus-send',
      [
        '--session',
        '--type=signal',
        '/org/gnome/ScreenSaver',
        'org.gnome.ScreenSaver.ActiveChanged',
        'boolean:true',
      ],
      { env: { PATH: process.env['PATH'], ...this.keyring.env } },
    );
    if (status !== 0) throw new Error('the desktop could not be locked');
  }

  /** Somebody resets the keychain: every key of the app is gone. */
  emptyKeychain(): void {
    const { status } = spawnSync('secret-tool', ['clear', 'service', 'onethread'], {
      env: { PATH: process.env['PATH'], ...this.keyring.env },
    });
    if (status !== 0 || this.keychainItems().length > 0) throw new Error('the keychain did not let go');
  }

  /**
   * From now on every page of this start notes every moment at which a text that contains `secret` stands there under
   * `person`.
   */
  async watchForLeaks(secret: string, person: string): Promise<void> {
    const context = this.running.app.context();
    if (this.#leaks === undefined) {
      const leaks = (this.#leaks = { seen: [], looks: 0 } as Leaks);
      await context.exposeFunction('noteLook', (seen: string | null) => {
        leaks.looks += 1;
        if (seen !== null) leaks.seen.push(seen);
      });
    }
    await context.addInitScript(leakWatch(secret, person));
    await this.page.evaluate(leakWatch(secret, person));
  }

  /** What was noted, and how often it was looked. */
  get leaks(): Leaks {
    return this.#leaks ?? { seen: [], looks: 0 };
  }

  /** The person turns to another window, and back. */
  async lookAway(): Promise<void> {
    await this.#believeTheWindow();
    await this.running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    await expect.poll(() => this.page.evaluate('document.hasFocus()')).toBe(false);
  }

  async lookBack(): Promise<void> {
    await this.running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.show());
    await expect.poll(() => this.page.evaluate('document.hasFocus()')).toBe(true);
  }

  /** Playwright makes every page believe that it has the focus; this one shall know the truth. */
  async #believeTheWindow(): Promise<void> {
    const devtools = await this.page.context().newCDPSession(this.page);
    await devtools.send('Emulation.setFocusEmulationEnabled', { enabled: false });
  }

  async #view(): Promise<View> {
    const answer = await this.page.evaluate(() => globalThis.smooch.getView());
    if (!answer.ok) throw new Error(`no view: ${answer.failure.kind}`);
    return answer.value;
  }

  /** A picture for people to look at, in artifacts/ when `./start` plays the story. */
  async picture(what: string): Promise<void> {
    await savePicture(this.page, `${what}-${this.name}`);
  }

  /** End everything and forget the device. */
  async dispose(): Promise<void> {
    await this.#running?.kill();
    if (this.#options.keyring === undefined) await this.keyring.stop();
    rmSync(this.userDataDir, { recursive: true, force: true });
  }
}

interface Leaks {
  readonly seen: string[];
  looks: number;
}

/** Runs in each page, from before its first element on. */
function leakWatch(secret: string, person: string): string {
  return `{
    const look = () => {
      const who = document.querySelector('[aria-label^="Account:"]')?.getAttribute('aria-label') ?? '';
      const shown = document.body?.textContent.includes(${JSON.stringify(secret)}) ?? false;
      globalThis.noteLook(shown && who.includes(${JSON.stringify(person)}) ? who : null);
    };
    new MutationObserver(look).observe(document, {
      subtree: true, childList: true, characterData: true, attributes: true,
    });
  }`;
}

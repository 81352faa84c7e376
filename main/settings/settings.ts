import { z } from 'zod';
import { AccountId, AppId } from '../../contract/ids.ts';
import { MachineChoices } from '../../contract/machine.ts';
import { Business } from '../../contract/model.ts';
import { Appearance, DesktopChoice, NotificationChoice, Writing } from '../../contract/view.ts';
import type { Log } from '../ports/log.ts';
import type { SettingsFile } from '../ports/settings.ts';

export const ServiceAddress = z.object({ configUrl: z.url(), appId: AppId }).readonly();
export type ServiceAddress = z.infer<typeof ServiceAddress>;

export const WindowBounds = z
  .object({ x: z.int(), y: z.int(), width: z.int().positive(), height: z.int().positive() })
  .readonly();
export type WindowBounds = z.infer<typeof WindowBounds>;

/** One remembered account: a random id and the service it belongs to. Nothing here says who it is. */
const RememberedAccount = z.object({ id: AccountId, realm: z.string() }).readonly();

/** A secret of the device's own in the keychain, beside the accounts (`NoteList`). */
const ListedNote = z
  .object({ id: AccountId, kind: z.enum(['ticket', 'signIn']), realm: z.string() })
  .readonly();

const { shape: machine } = MachineChoices.unwrap();

/** What was chosen for this machine; a choice that cannot be read is as good as none, and takes no other with it. */
const ChosenRules = z
  .object({
    mode: machine.mode.catch(undefined),
    remember: machine.remember.catch(undefined),
    idle: machine.idle.catch(undefined),
    onSystemLock: machine.onSystemLock.catch(undefined),
    onQuit: machine.onQuit.catch(undefined),
    requireVerified: machine.requireVerified.catch(undefined),
    retention: machine.retention.catch(undefined),
    allowExport: machine.allowExport.catch(undefined),
    notifications: machine.notifications.catch(undefined),
  })
  .readonly();

const { shape: writing } = Writing.unwrap();

const StoredWriting = z
  .object({
    undoSeconds: writing.undoSeconds.catch(0),
    enterSends: writing.enterSends.catch(true),
    spelling: writing.spelling.catch(true),
  })
  .readonly();

const { shape: desktop } = DesktopChoice.unwrap();

const StoredDesktop = z
  .object({
    closeToTray: desktop.closeToTray.catch(true),
    startHidden: desktop.startHidden.catch(false),
    startAtLogin: desktop.startAtLogin.catch(false),
    zoom: desktop.zoom.catch(100),
  })
  .readonly();

/** A field that cannot be read falls back alone; its neighbours stay. */
export const SettingsValue = z
  .object({
    service: ServiceAddress.nullable().catch(null),
    accounts: z.array(RememberedAccount).readonly().catch([]),
    /** Realm to the account that the next start opens there. */
    active: z.record(z.string(), AccountId).readonly().catch({}),
    erasing: z.array(AccountId).readonly().catch([]),
    /** Accounts that end with their session. */
    passing: z.array(AccountId).readonly().catch([]),
    /** Accounts that only signing in opens. */
    shut: z.array(AccountId).readonly().catch([]),
    notes: z.array(ListedNote).readonly().catch([]),
    /** As the service last presented itself, so that it has its name offline too. */
    business: Business.nullable().catch(null),
    appearance: Appearance.catch({ theme: 'system' }),
    writing: StoredWriting.catch(StoredWriting.parse({})),
    notifications: NotificationChoice.catch({ level: 'name', sound: true }),
    desktop: StoredDesktop.catch(StoredDesktop.parse({})),
    windowBounds: WindowBounds.nullable().catch(null),
    machine: ChosenRules.catch({}),
  })
  .readonly();
export type SettingsValue = z.infer<typeof SettingsValue>;

/** The settings of this device: one schema with defaults, one file. Non-personal by design (`security.md` R-13). */
export class Settings {
  /** True if the file was unreadable at start and was set aside. */
  readonly setAside: boolean;
  #value: SettingsValue;
  readonly #file: SettingsFile;
  readonly #log: Log;

  constructor({ file, log }: { readonly file: SettingsFile; readonly log: Log }) {
    this.#file = file;
    this.#log = log;
    const { raw, setAside } = file.load();
    const parsed = SettingsValue.safeParse(raw ?? {});
    this.setAside = setAside || !parsed.success;
    this.#value = parsed.success ? parsed.data : SettingsValue.parse({});
    if (this.setAside) log.warn('settings.setAside');
  }

  get value(): SettingsValue {
    return this.#value;
  }

  /** @returns false if the disk refused; nothing has changed then. */
  update(part: Partial<SettingsValue>): boolean {
    const next = { ...this.#value, ...part };
    if (!this.#file.save(next)) {
      this.#log.error('settings.saveFailed');
      return false;
    }
    this.#value = next;
    return true;
  }
}

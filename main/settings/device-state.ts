import type { AccountId } from '../../contract/ids.ts';
import type { DeviceState } from '../ports/device-state.ts';
import type { ServiceAddress, Settings, SettingsValue } from './settings.ts';

/**
 * One namespace per service: its origin and app id. The port of a loopback origin is left out, because the embedded
 * service may come back on another one.
 */
export function realmOf({ configUrl, appId }: ServiceAddress): string {
  const origin = /^[a-z]+:\/\/[^/?#]*/i.exec(configUrl)?.[0].toLowerCase() ?? configUrl;
  return `${origin.replace(/^(https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])):\d+$/, '$1')}|${appId}`;
}

/** `DeviceState` kept in the settings file, seen through the service the app is pointed at now. */
export class SettingsDeviceState implements DeviceState {
  readonly #settings: Settings;
  readonly #address: () => ServiceAddress | null;

  constructor({ settings, address }: { settings: Settings; address: () => ServiceAddress | null }) {
    this.#settings = settings;
    this.#address = address;
  }

  get configured(): boolean {
    return this.#address() !== null;
  }

  accounts(): readonly AccountId[] {
    const realm = this.#realm();
    return this.#settings.value.accounts.filter((account) => account.realm === realm).map(({ id }) => id);
  }

  active(): AccountId | null {
    const realm = this.#realm();
    return realm === null ? null : (this.#settings.value.active[realm] ?? null);
  }

  erasing(): readonly AccountId[] {
    return this.#settings.value.erasing;
  }

  passing(): readonly AccountId[] {
    return this.#settings.value.passing;
  }

  shut(): readonly AccountId[] {
    return this.#settings.value.shut;
  }

  setShut(account: AccountId, shut: boolean): boolean {
    if (this.shut().includes(account) === shut) return true;
    return this.#settings.update({ shut: listed(this.shut(), account, shut) });
  }

  activate(account: AccountId, passing: boolean): boolean {
    const realm = this.#realm();
    if (realm === null) return false;
    const { accounts, active, erasing } = this.#settings.value;
    const known = accounts.some(({ id }) => id === account);
    return this.#settings.update({
      accounts: known ? accounts : [...accounts, { id: account, realm }],
      active: { ...active, [realm]: account },
      erasing: erasing.filter((id) => id !== account),
      passing: listed(this.passing(), account, passing),
    });
  }

  setPassing(account: AccountId, passing: boolean): boolean {
    if (this.passing().includes(account) === passing) return true;
    return this.#settings.update({ passing: listed(this.passing(), account, passing) });
  }

  beginErase(account: AccountId): boolean {
    const { erasing } = this.#settings.value;
    return this.#settings.update({
      ...this.#without(account),
      erasing: erasing.includes(account) ? erasing : [...erasing, account],
    });
  }

  endErase(account: AccountId): boolean {
    return this.#settings.update({
      ...this.#without(account),
      erasing: this.#settings.value.erasing.filter((id) => id !== account),
    });
  }

  #without(account: AccountId): Pick<SettingsValue, 'accounts' | 'active' | 'passing' | 'shut'> {
    const { accounts, active } = this.#settings.value;
    return {
      accounts: accounts.filter(({ id }) => id !== account),
      active: Object.fromEntries(Object.entries(active).filter(([, id]) => id !== account)),
      passing: listed(this.passing(), account, false),
      shut: listed(this.shut(), account, false),
    };
  }

  #realm(): string | null {
    const address = this.#address();
    return address === null ? null : realmOf(address);
  }
}

function listed(list: readonly AccountId[], account: AccountId, isIn: boolean): readonly AccountId[] {
  const others = list.filter((id) => id !== account);
  return isIn ? [...others, account] : others;
}

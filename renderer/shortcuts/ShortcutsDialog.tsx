import { Fragment, useId } from 'react';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog, firstFocus } from '../ui/Dialog.tsx';
import { macSigns, shortcutGroups } from './keys.ts';
import type { Combination, Key } from './keys.ts';

/** All the keys there are. Nothing can be chosen here: the list scrolls, and Esc closes it. */
export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  const say = strings.shortcuts;
  const isMac = /mac/i.test(navigator.platform);
  const id = useId();
  return (
    <Dialog title={say.title} onClose={onClose}>
      <div className="shortcuts" role="region" aria-label={say.title} tabIndex={0} {...{ [firstFocus]: '' }}>
        {shortcutGroups(isMac).map(({ name, shortcuts }) => (
          <section key={name}>
            <h3 id={`${id}-${name}`}>{say.groups[name]}</h3>
            <table aria-labelledby={`${id}-${name}`}>
              <tbody>
                {shortcuts.map(({ does, keys }) => (
                  <tr key={does}>
                    <th scope="row">{say.does[does]}</th>
                    <td>
                      {keys.map((combination, n) => (
                        <Fragment key={combination.join('+')}>
                          {n > 0 && ` ${say.or} `}
                          <Combined keys={combination} isMac={isMac} />
                        </Fragment>
                      ))}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        ))}
      </div>
      <div className="dialog-buttons">
        <Button onClick={onClose}>{strings.common.close}</Button>
      </div>
    </Dialog>
  );
}

/** Held together. */
function Combined({ keys, isMac }: { readonly keys: Combination; readonly isMac: boolean }) {
  return (
    <span className="keys">
      {keys.map((key, n) => (
        <Fragment key={key}>
          {n > 0 && <span className="keys-plus">+</span>}
          <kbd>{shownKey(key, isMac)}</kbd>
        </Fragment>
      ))}
    </span>
  );
}

const names: ReadonlyMap<string, string> = new Map(Object.entries(strings.shortcuts.names));

/** As it stands on the keyboard of the person's language; a Mac has signs of its own. */
function shownKey(key: Key, isMac: boolean): string {
  return (isMac ? macSigns.get(key) : undefined) ?? names.get(key) ?? key;
}

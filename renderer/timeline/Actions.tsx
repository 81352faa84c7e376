import { useState } from 'react';
import { unreachable } from '../../contract/failure.ts';
import type { Action } from '../../contract/model.ts';
import { isolated } from '../strings/isolated.ts';
import { locale, strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { shownName, shownText } from '../ui/names.ts';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import { openableUrl, shownHost } from './link-finder.ts';
import { useOpenLink } from './use-open-link.ts';

type ActionOf<K extends Action['kind']> = Extract<Action, { kind: K }>;

/** The buttons under a message. Replies are not among them: they stand above the composer while they can be given. */
export function Actions({
  actions,
  reachable,
}: {
  readonly actions: readonly Action[];
  readonly reachable: boolean;
}) {
  const shown = actions.filter((action) => action.kind !== 'reply' && action.kind !== 'locationRequest');
  if (shown.length === 0) return null;
  return (
    <div className="actions">
      {shown.map((action) => (
        <ActionButton key={action.id} action={action} reachable={reachable} />
      ))}
    </div>
  );
}

function ActionButton({ action, reachable }: { readonly action: Action; readonly reachable: boolean }) {
  switch (action.kind) {
    case 'link':
    case 'webview':
      return <Leading label={action.text} uri={action.uri} reachable={reachable} />;
    case 'buy':
      return <Buy action={action} reachable={reachable} />;
    case 'postback':
      return <Postback action={action} reachable={reachable} />;
    case 'unsupported':
      return <bdi className="action-unknown">{strings.messages.actionUnknown(isolated(action.text))}</bdi>;
    case 'reply':
    case 'locationRequest':
      return null;
    default:
      return unreachable(action);
  }
}

/** Leads out of the app, and says where to. */
export function Leading({
  label,
  uri,
  reachable,
}: {
  readonly label: string;
  readonly uri: string;
  readonly reachable: boolean;
}) {
  const open = useOpenLink();
  const url = openableUrl(uri);
  const host = shownHost(uri);
  return (
    <Button
      icon="open"
      tabIndex={reachable ? 0 : -1}
      disabled={url === null}
      title={url === null ? strings.cards.notOpenable : url.href}
      data-leads-to={host ?? undefined}
      onClick={() => url !== null && open(url.href)}
    >
      <bdi>{shownText(label)}</bdi>
      {host !== null && ' '}
      {host !== null && <bdi className="button-host">{host}</bdi>}
    </Button>
  );
}

function Buy({ action, reachable }: { readonly action: ActionOf<'buy'>; readonly reachable: boolean }) {
  const label = strings.cards.pay(isolated(action.text), isolated(price(action.amount, action.currency)));
  return action.paid ? (
    <bdi className="paid">{`${label} · ${strings.cards.paid}`}</bdi>
  ) : (
    <Leading label={label} uri={action.uri} reachable={reachable} />
  );
}

function Postback({
  action,
  reachable,
}: {
  readonly action: ActionOf<'postback'>;
  readonly reachable: boolean;
}) {
  const { smooch, complaints } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const [state, setState] = useState<'open' | 'asking' | 'chosen'>('open');
  const trigger = async () => {
    setState('asking');
    const answer = await answered('triggerPostback', smooch.triggerPostback({ epoch, actionId: action.id }));
    setState(answer.ok ? 'chosen' : 'open');
    if (!answer.ok) complaints.complain(answer.failure);
  };
  return (
    <Button
      tabIndex={reachable ? 0 : -1}
      busy={state === 'asking'}
      {...(state === 'chosen' ? { icon: 'check', 'aria-label': strings.cards.chosen(action.text) } : {})}
      onClick={() => void trigger()}
    >
      <bdi>{shownText(action.text)}</bdi>
    </Button>
  );
}

/** `amount` is in the currency's smallest unit, and currencies differ in how many make a whole. */
function price(amount: number, currency: string): string {
  try {
    const format = new Intl.NumberFormat(locale(), { style: 'currency', currency });
    return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
  } catch {
    // Not an ISO 4217 code.
    return `${amount / 100} ${shownName(currency, '')}`.trim();
  }
}

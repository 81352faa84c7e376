import type { DeskAction, DeskItem, DeskMessage } from '../contract/desk-api.ts';
import { hostOf, ownPicture, pieces, safeHref } from './links.ts';
import { shownText } from './names.ts';

/** What was said; what a page cannot show well is said by its text. */
export function Bubble({ message: { content } }: { readonly message: DeskMessage }) {
  const { type, text = '', mediaUrl, altText = '', items, actions } = content;
  const isCards = type === 'carousel' || type === 'list';
  return (
    <>
      {type === 'image' && mediaUrl !== undefined && <Picture address={mediaUrl} altText={altText} />}
      {type === 'file' && mediaUrl !== undefined && <FileLink address={mediaUrl} />}
      {isCards && items !== undefined ? <Cards items={items} /> : <Words text={text} />}
      {actions !== undefined && actions.length > 0 && <Actions actions={actions} />}
    </>
  );
}

function Words({ text }: { readonly text: string }) {
  if (text.trim() === '') return null;
  return (
    <p className="bubble" dir="auto">
      {pieces(shownText(text)).map(({ text: said, href }, index) =>
        href === undefined ? said : <SafeLink key={index} href={href} text={said} />,
      )}
    </p>
  );
}

function SafeLink({ href, text }: { readonly href: string; readonly text: string }) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={hostOf(href)}>
      {text}
    </a>
  );
}

function Picture({ address, altText }: { readonly address: string; readonly altText: string }) {
  const own = ownPicture(address, window.location.origin);
  if (own !== null)
    return <img className="picture" src={own} alt={altText || 'Picture without a description'} />;
  const href = safeHref(address);
  return (
    <p className="bubble">
      {href === null ? (
        'A picture without an address'
      ) : (
        <SafeLink href={href} text={`Picture at ${hostOf(href)}`} />
      )}
    </p>
  );
}

function FileLink({ address }: { readonly address: string }) {
  const href = safeHref(address);
  if (href === null) return null;
  const name = shownText(lastPart(href)) || 'File';
  return (
    <p className="bubble">
      <SafeLink href={href} text={name} />
    </p>
  );
}

function lastPart(href: string): string {
  const part = new URL(href).pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function Cards({ items }: { readonly items: readonly DeskItem[] }) {
  return (
    <ul className="cards" aria-label={items.length === 1 ? 'One card' : `${items.length} cards`}>
      {items.map((item, index) => (
        <li key={index} className="card">
          {item.mediaUrl !== undefined && <Picture address={item.mediaUrl} altText={item.altText ?? ''} />}
          <p className="card-title">{shownText(item.title)}</p>
          {item.description !== undefined && <p className="quiet">{shownText(item.description)}</p>}
          <Actions actions={item.actions} />
        </li>
      ))}
    </ul>
  );
}

/** What people were offered: links work here too, everything else is for them to press. */
function Actions({ actions }: { readonly actions: readonly DeskAction[] }) {
  return (
    <ul className="offered" aria-label="Offered">
      {actions.map(({ text, type, uri }, index) => {
        const href = type === 'link' && uri !== undefined ? safeHref(uri) : null;
        return (
          <li key={index} className="chip">
            {href === null ? shownText(text) : <SafeLink href={href} text={shownText(text)} />}
          </li>
        );
      })}
    </ul>
  );
}

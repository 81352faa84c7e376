import { AccountMenu } from './account/AccountMenu.tsx';
import type { BannerState } from './status/banner.ts';
import { strings } from './strings/strings.ts';
import { Avatar } from './ui/Avatar.tsx';
import { IconButton } from './ui/Button.tsx';
import { Icon } from './ui/Icon.tsx';
import { useView } from './view/surroundings.tsx';
import { useBusinessHeading } from './view/use-business.ts';

type TopBarProps = {
  readonly banner: BannerState;
  /** Null: there is no thread to search in. */
  readonly onSearch: (() => void) | null;
};

/** Who I am on the left, who I talk to on the right. */
export function TopBar({ banner, onSearch }: TopBarProps) {
  const business = useBusinessHeading();
  const isLocked = useView((view) => view.session.kind === 'locked');
  return (
    <header className="top-bar">
      {isLocked ? <Locked /> : <AccountMenu />}
      <div className="top-bar-end">
        <div className="business">
          <Avatar name={business} tone="business" />
          <div className="business-words">
            <h1>
              <bdi>{business}</bdi>
            </h1>
            <LinkWord banner={banner} />
          </div>
        </div>
        {onSearch !== null && (
          <IconButton
            icon="search"
            label={strings.search.open}
            aria-keyshortcuts="Control+F"
            onClick={onSearch}
          />
        )}
      </div>
    </header>
  );
}

/** Who it is stands in the middle of the screen; there is no menu of a session that nobody has opened. */
function Locked() {
  return (
    <p className="top-bar-locked">
      <Icon name="lock" />
      {strings.account.locked}
    </p>
  );
}

/** One word on the connection; the strip below says the rest. */
function LinkWord({ banner }: { readonly banner: BannerState }) {
  const link = useView((view) => view.link.kind);
  const word =
    link === 'live'
      ? strings.link.connected
      : banner === 'shown' && link === 'offline'
        ? strings.link.offlineShort
        : null;
  return word === null ? null : <span className={`link-word link-${link}`}>{word}</span>;
}

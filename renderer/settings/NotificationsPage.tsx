import { NotificationLevel, quieter } from '../../contract/machine.ts';
import type { DesktopChoice, NotificationChoice } from '../../contract/view.ts';
import { useAsking } from '../status/use-asking.ts';
import { strings } from '../strings/strings.ts';
import { Check } from '../ui/Check.tsx';
import { RadioChoice } from '../ui/Choice.tsx';
import { Problem } from '../ui/Problem.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

/** How the desktop tells of messages while nobody looks at the window, and where the app stands meanwhile. */
export function NotificationsPage() {
  const { smooch } = useSurroundings();
  const notifications = useView((view) => view.notifications);
  const desktop = useView((view) => view.desktop);
  const hasTray = useView((view) => view.tray);
  const most = useView((view) => view.machine.notifications);
  const isManaged = useView((view) => view.machine.managed.includes('notifications'));
  const isOwn = useView((view) => view.machine.mode === 'personal');
  const { problem, ask } = useAsking();
  const say = strings.notifications;
  const tell = (part: Partial<NotificationChoice>) =>
    void ask(() => answered('setNotifications', smooch.setNotifications({ ...notifications, ...part })));
  const stand = (part: Partial<DesktopChoice>) =>
    void ask(() => answered('setDesktop', smooch.setDesktop({ ...desktop, ...part })));
  return (
    <div className="settings-page">
      <RadioChoice
        label={say.level}
        note={isManaged ? `${strings.settings.managed}. ${say.levelHint}` : say.levelHint}
        options={NotificationLevel.options
          .filter((level) => quieter(level, most) === level)
          .map((level) => ({ value: level, ...say.levels[level] }))}
        value={quieter(notifications.level, most)}
        onChoose={(level) => tell({ level })}
      />
      <Check
        label={say.sound}
        checked={notifications.sound}
        disabled={notifications.level === 'off'}
        onCheck={(sound) => tell({ sound })}
      />
      <Check
        label={say.closeToTray}
        hint={!hasTray ? say.noTray : !isOwn ? say.notYours : undefined}
        checked={desktop.closeToTray && hasTray && isOwn}
        disabled={!hasTray || !isOwn}
        onCheck={(closeToTray) => stand({ closeToTray })}
      />
      <Check
        label={say.startHidden}
        hint={hasTray ? undefined : say.noTray}
        checked={desktop.startHidden && hasTray}
        disabled={!hasTray}
        onCheck={(startHidden) => stand({ startHidden })}
      />
      <Check
        label={strings.desktop.startAtLogin}
        hint={strings.desktop.startAtLoginHint}
        checked={desktop.startAtLogin}
        onCheck={(startAtLogin) => stand({ startAtLogin })}
      />
      <Problem text={problem} />
    </div>
  );
}

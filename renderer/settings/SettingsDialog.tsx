import { useId, useState } from 'react';
import { hasThread } from '../account/who-am-i.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { TabPanel, Tabs } from '../ui/Tabs.tsx';
import { useView } from '../view/surroundings.tsx';
import { AppearancePage } from './AppearancePage.tsx';
import { NotificationsPage } from './NotificationsPage.tsx';
import { PrivacyPage } from './PrivacyPage.tsx';
import { ProfilePage } from './ProfilePage.tsx';
import { WritingPage } from './WritingPage.tsx';

const pages = ['appearance', 'writing', 'notifications', 'profile', 'privacy'] as const;
type Page = (typeof pages)[number];

/** Every change applies at once: there is nothing to confirm, and nothing to cancel. */
export function SettingsDialog({ onClose }: { readonly onClose: () => void }) {
  const [page, turnTo] = useState<Page>('appearance');
  const panel = useId();
  const say = strings.settings;
  const hasProfile = useView((view) => hasThread(view.session));
  const tabs = pages
    .filter((name) => name !== 'profile' || hasProfile)
    .map((name) => ({ name, label: name === 'profile' ? strings.profile.page : say.pages[name] }));
  return (
    <Dialog title={say.title} onClose={onClose}>
      <Tabs panel={panel} label={say.title} tabs={tabs} chosen={page} onChoose={turnTo} />
      <TabPanel panel={panel} chosen={page}>
        {page === 'profile' && <ProfilePage />}
        {page === 'appearance' && <AppearancePage />}
        {page === 'writing' && <WritingPage />}
        {page === 'notifications' && <NotificationsPage />}
        {page === 'privacy' && <PrivacyPage />}
      </TabPanel>
      <div className="dialog-buttons">
        <Button onClick={onClose}>{strings.common.close}</Button>
      </div>
    </Dialog>
  );
}

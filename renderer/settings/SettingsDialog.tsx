import { useId, useState } from 'react';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { TabPanel, Tabs } from '../ui/Tabs.tsx';
import { AppearancePage } from './AppearancePage.tsx';
import { NotificationsPage } from './NotificationsPage.tsx';
import { PrivacyPage } from './PrivacyPage.tsx';
import { WritingPage } from './WritingPage.tsx';

const pages = ['appearance', 'writing', 'notifications', 'privacy'] as const;
type Page = (typeof pages)[number];

/** Every change applies at once: there is nothing to confirm, and nothing to cancel. */
export function SettingsDialog({ onClose }: { readonly onClose: () => void }) {
  const [page, turnTo] = useState<Page>('appearance');
  const panel = useId();
  const say = strings.settings;
  const tabs = pages.map((name) => ({ name, label: say.pages[name] }));
  return (
    <Dialog title={say.title} onClose={onClose}>
      <Tabs panel={panel} label={say.title} tabs={tabs} chosen={page} onChoose={turnTo} />
      <TabPanel panel={panel} chosen={page}>
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

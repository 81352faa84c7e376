import { unreachable } from '../contract/failure.ts';
import { PeopleDialog } from './account/PeopleDialog.tsx';
import { SignOutDialog } from './account/SignOutDialog.tsx';
import { SwitchDialog } from './account/SwitchDialog.tsx';
import { PasscodeDialog } from './lock/PasscodeDialog.tsx';
import { SettingsDialog } from './settings/SettingsDialog.tsx';
import type { Sheet } from './sheet.ts';
import { ShortcutsDialog } from './shortcuts/ShortcutsDialog.tsx';
import { SignInSheet } from './sign-in/SignInSheet.tsx';
import { DateDialog } from './timeline/DateDialog.tsx';

export function OpenSheet({ sheet, onClose }: { readonly sheet: Sheet; readonly onClose: () => void }) {
  switch (sheet.kind) {
    case 'signIn':
      return <SignInSheet userId={sheet.userId} onClose={onClose} />;
    case 'signOut':
      return <SignOutDialog onClose={onClose} />;
    case 'people':
      return <PeopleDialog onClose={onClose} />;
    case 'switch':
      return <SwitchDialog card={sheet.card} onClose={onClose} />;
    case 'lock':
      return <PasscodeDialog purpose="lock" onClose={onClose} />;
    case 'settings':
      return <SettingsDialog onClose={onClose} />;
    case 'shortcuts':
      return <ShortcutsDialog onClose={onClose} />;
    case 'date':
      return <DateDialog onClose={onClose} />;
    default:
      return unreachable(sheet);
  }
}

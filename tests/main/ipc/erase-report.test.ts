import { describe, expect, it } from 'vitest';
import type { EraseReport } from '../../../contract/erase-report.ts';
import { EpochMs } from '../../../contract/ids.ts';
import { ViewKeeper } from '../../../main/ipc/view-keeper.ts';
import { noPolicy } from '../../../main/settings/policy.ts';
import { rulesInForce } from '../../../main/settings/machine.ts';
import { RecordingLog } from '../../fakes/log.ts';

const at = EpochMs.parse(1_000);
const report: EraseReport = {
  ...{ at, places: [], files: 1, bytes: 1, remaining: 0 },
  ...{ unsentMessages: 0, keyRemoved: true, serviceTold: 'later' },
};

function keeper(): ViewKeeper {
  return new ViewKeeper({
    publish: () => undefined,
    log: new RecordingLog(),
    appearance: { theme: 'system' },
    writing: { undoSeconds: 0, enterSends: true, spelling: true },
    notifications: { level: 'name', sound: true },
    desktop: { closeToTray: true, startHidden: false, startAtLogin: false, zoom: 100 },
    machine: rulesInForce(noPolicy, {}),
  });
}

describe('What an erasure came to', () => {
  it('says that the service has heard of it, whether it heard before the report was shown or after', () => {
    const after = keeper();
    after.setErased(report);
    after.setTold(at);
    expect(after.view.erased).toEqual({ ...report, serviceTold: 'told' });

    const before = keeper();
    before.setTold(at);
    before.setErased(report);
    expect(before.view.erased).toEqual({ ...report, serviceTold: 'told' });
  });

  it('says nothing of the kind about another erasure, and is not shown again once it was put away', () => {
    const view = keeper();
    view.setTold(at);
    view.setErased({ ...report, at: EpochMs.parse(2_000) });
    expect(view.view.erased?.serviceTold).toBe('later');
    view.setErased(null);
    view.setTold(at);
    expect(view.view.erased).toBeNull();
  });
});

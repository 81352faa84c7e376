import { type DesktopChoice, zoomSteps } from '../../contract/view.ts';

type Percent = DesktopChoice['zoom'];

/** The next larger or smaller size; at the ends, the same. */
export function zoomFrom(now: Percent, direction: 'in' | 'out' | 'reset'): Percent {
  if (direction === 'reset') return 100;
  const steps = direction === 'in' ? zoomSteps : [...zoomSteps].reverse();
  return steps.find((step) => (direction === 'in' ? step > now : step < now)) ?? now;
}

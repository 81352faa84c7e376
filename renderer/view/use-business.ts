import { strings } from '../strings/strings.ts';
import { shownName } from '../ui/names.ts';
import { useView } from './surroundings.tsx';

/** The name of the business, as it stands within a sentence. */
export function useBusinessName(): string {
  return shownName(
    useView((view) => view.business.name),
    strings.app.unnamed,
  );
}

/** The name of the business, as it stands over the window. */
export function useBusinessHeading(): string {
  return shownName(
    useView((view) => view.business.name),
    strings.app.unnamedHeading,
  );
}

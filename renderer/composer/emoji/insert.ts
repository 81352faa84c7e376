/**
 * Put `text` in the place of what stands from `start` to `end`, as if it had been typed: the change is heard like any other,
 * and undo takes it back. No newer call does that (`setRangeText` empties the undo history), and the Chromium that the app
 * brings along keeps this one.
 */
export function insertAt(box: HTMLTextAreaElement, start: number, end: number, text: string): void {
  box.focus();
  box.setSelectionRange(start, end);
  document.execCommand('insertText', false, text);
}

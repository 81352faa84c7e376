/** What went wrong, said at once. The region is always there, so that what comes into it is announced. */
export function Problem({
  text,
  unseen = false,
}: {
  readonly text: string | null;
  readonly unseen?: boolean;
}) {
  return (
    <div aria-live="assertive" className={unseen ? 'visually-hidden' : 'problem-place'}>
      {text !== null && <p className="problem">{text}</p>}
    </div>
  );
}

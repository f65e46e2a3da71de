import { Alert, Button } from '@grafana/ui';
import { useTicking } from '../data/clock';
import type { Health } from '../data/health';
import { formatDuration } from '../status/duration';

/** Why the board is not live, how old it is, and a way to try again. Nothing while all is well. */
export const FeedError = ({ view }: { view: Health & { refresh: () => Promise<void> } }) => {
  const { error, stale, updatedAt, failures } = view;
  const age = useTicking((nowMs) => (updatedAt === null ? '' : formatDuration((nowMs - updatedAt) / 1000)));
  if (error === null && !stale) {
    return null;
  }
  const title = stale ? `Not live: the newest answer is ${age} old` : 'The metrics could not be read';
  return (
    <Alert severity="error" title={title} data-testid="feed-error">
      {error !== null && <p>{`${error}${failures > 1 ? ` (attempt ${failures})` : ''}`}</p>}
      {stale && <p>Until an answer comes, nothing below is the present.</p>}
      <Button size="sm" variant="secondary" disabled={view.loading} onClick={() => void view.refresh()}>
        Retry now
      </Button>
    </Alert>
  );
};

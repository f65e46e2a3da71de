import { Button, EmptyState } from '@grafana/ui';
import { CONFIG_PATH } from '../../app/paths';
import { AppLink } from '../../ui/AppLink';

/** The data source answered, and knows of no device: says what to look at, in the order of the way of the data. */
export const NoData = ({ onRetry }: { onRetry: () => void }) => (
  <EmptyState
    variant="not-found"
    message="No data yet"
    button={
      <Button variant="secondary" onClick={onRetry}>
        Look again
      </Button>
    }
  >
    <p>The data source answered, but holds no state of any device. What to check:</p>
    <ol style={{ textAlign: 'left', display: 'inline-block', paddingLeft: 20 }}>
      <li>The exporter runs and its configuration or inventory lists devices: open its /status page.</li>
      <li>Its /metrics is scraped: the query up in Explore shows the exporter&apos;s job with value 1.</li>
      <li>
        The data source that the scraped values go to is chosen in the{' '}
        <AppLink href={CONFIG_PATH}>configuration of this app</AppLink>.
      </li>
      <li>The clock of this computer is right: a query about the future has no answer.</li>
    </ol>
  </EmptyState>
);

import { PluginPage } from '@grafana/runtime';
import { EmptyState, LinkButton } from '@grafana/ui';
import { MONITOR_PATH } from './paths';

export const NotFoundPage = () => (
  <PluginPage pageNav={{ text: 'Not found' }}>
    <EmptyState
      variant="not-found"
      message="There is no such page in ISP monitor"
      button={<LinkButton href={MONITOR_PATH}>Go to the Monitor page</LinkButton>}
    />
  </PluginPage>
);

import { Component, type ReactNode } from 'react';
import { Alert, Button } from '@grafana/ui';
import { APP_ID } from './paths';

const RELOADED_AT = `${APP_ID}.reloadedAt`;
/** A second failure within this time means that reloading does not help. */
const RELOAD_AGAIN_AFTER_MS = 60_000;

/** A part of the app that is loaded later is gone: typically the plugin was upgraded under an open wall board. */
export function isChunkLoadError(error: unknown): boolean {
  return (
    error instanceof Error && (error.name === 'ChunkLoadError' || /loading (css )?chunk .* failed/i.test(error.message))
  );
}

interface Props {
  children: ReactNode;
  /** Stands in for location.reload in tests. */
  reload?: () => void;
}

interface State {
  error: Error | null;
}

/** Shows what broke instead of a blank page, and loads the page anew, once, when a part of the app has gone. */
export class AppErrorBoundary extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override componentDidCatch(error: Error): void {
    const last = Number(sessionStorage.getItem(RELOADED_AT) ?? 0);
    if (isChunkLoadError(error) && Date.now() - last > RELOAD_AGAIN_AFTER_MS) {
      sessionStorage.setItem(RELOADED_AT, String(Date.now()));
      this.reload();
    }
  }

  private readonly reload = () => (this.props.reload ?? (() => window.location.reload()))();

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) {
      return this.props.children;
    }
    const title = isChunkLoadError(error)
      ? 'A part of ISP monitor could not be loaded, perhaps because it was upgraded'
      : 'ISP monitor has met an error that it cannot handle';
    return (
      <Alert severity="error" title={title}>
        <p>{error.message}</p>
        <Button size="sm" onClick={this.reload}>
          Reload now
        </Button>
      </Alert>
    );
  }
}

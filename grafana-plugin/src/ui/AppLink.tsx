import type { MouseEvent, ReactNode } from 'react';
import { locationUtil } from '@grafana/data';
import { locationService } from '@grafana/runtime';

interface AppLinkProps {
  href: string;
  className?: string;
  title?: string;
  'aria-label'?: string;
  children: ReactNode;
}

/** A link inside Grafana: changes the page without loading it anew, and is still an ordinary link to open in a tab. */
export const AppLink = ({ href, children, ...rest }: AppLinkProps) => {
  const follow = (event: MouseEvent) => {
    if (event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      locationService.push(href);
    }
  };
  return (
    <a href={locationUtil.assureBaseUrl(href)} onClick={follow} {...rest}>
      {children}
    </a>
  );
};

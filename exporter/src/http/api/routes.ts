import { bundleRoutes } from './bundle-routes';
import { deviceRoutes } from './device-routes';
import { interfaceRoutes } from './interface-routes';
import type { ApiParts } from './parts';
import type { ApiRoute } from './route';
import { runRoutes } from './run-routes';
import { siteRoutes } from './site-routes';

/** Every operation of `/api/v1`, in the order of the document. */
export const apiRoutes = (parts: ApiParts): ApiRoute[] => [
  ...deviceRoutes(parts),
  ...interfaceRoutes(parts),
  ...siteRoutes(parts),
  ...runRoutes(parts),
  ...bundleRoutes(parts),
];

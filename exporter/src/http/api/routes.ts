import { auditRoutes } from './audit-routes';
import { bundleRoutes } from './bundle-routes';
import { candidateRoutes } from './candidate-routes';
import { deviceEditRoutes } from './device-edit-routes';
import { exportRoutes } from './export-routes';
import { importRoutes } from './import-routes';
import { interfaceEditRoutes } from './interface-edit-routes';
import { preflightRoutes } from './preflight-routes';
import { providerRoutes } from './provider-routes';
import { requestRoutes } from './request-routes';
import { summaryRoutes } from './summary-routes';
import { deviceRoutes } from './device-routes';
import { interfaceRoutes } from './interface-routes';
import type { ApiParts } from './parts';
import type { ApiRoute } from './route';
import { runRoutes } from './run-routes';
import { scanRoutes } from './scan-routes';
import { siteRoutes } from './site-routes';

/** Every operation of `/api/v1`, in the order of the document. */
export const apiRoutes = (parts: ApiParts): ApiRoute[] => [
  ...summaryRoutes(parts),
  ...deviceRoutes(parts),
  ...deviceEditRoutes(parts),
  ...importRoutes(parts),
  ...exportRoutes(parts),
  ...interfaceRoutes(parts),
  ...interfaceEditRoutes(parts),
  ...siteRoutes(parts),
  ...providerRoutes(parts),
  ...requestRoutes(parts),
  ...runRoutes(parts),
  ...preflightRoutes(parts),
  ...scanRoutes(parts),
  ...candidateRoutes(parts),
  ...bundleRoutes(parts),
  ...auditRoutes(parts),
];

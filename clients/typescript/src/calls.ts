// Generated from the description of the content API by npm run generate. Not to be edited.

/** Every operation of the content API, by the name of its call. */
export const calls = {
  /** What has changed for the public (变更列表), oldest first: shown, corrected, taken down, moved */
  changes: { id: 'content-changes', path: '/content/v1/changes', form: 'json' },
  /** One column */
  column: { id: 'content-column', path: '/content/v1/columns/{id}', form: 'json' },
  /** Open data (开放数据) of a column: what it is, on what terms, what its fields mean (字段说明), where it is fetched */
  columnData: { id: 'content-column-data', path: '/content/v1/columns/{id}/data', form: 'json' },
  /** Open data of a column as CSV (RFC 4180, UTF-8) */
  columnDataCsv: { id: 'content-column-data-csv', path: '/content/v1/columns/{id}/data.csv', form: 'text' },
  /** Open data of a column as JSON Lines */
  columnDataJsonl: { id: 'content-column-data-jsonl', path: '/content/v1/columns/{id}/data.jsonl', form: 'text' },
  /** Atom 1.0 feed of a column (栏目订阅源), newest first */
  columnFeedAtom: { id: 'content-column-feed-atom', path: '/content/v1/columns/{id}/feed.atom', form: 'text' },
  /** JSON Feed 1.1 feed of a column (栏目订阅源), newest first */
  columnFeedJson: { id: 'content-column-feed-json', path: '/content/v1/columns/{id}/feed.json', form: 'text' },
  /** RSS 2.0 feed of a column (栏目订阅源), newest first */
  columnFeedRss: { id: 'content-column-feed-rss', path: '/content/v1/columns/{id}/feed.rss', form: 'text' },
  /** The column tree (栏目树) of a site, each before its children */
  columns: { id: 'content-columns', path: '/content/v1/columns', form: 'json' },
  /** What is told of one edition */
  edition: { id: 'content-edition', path: '/content/v1/items/{id}/editions/{number}', form: 'json' },
  /** The editions of an item (版本历史), the newest first: when, and what each corrected */
  editions: { id: 'content-editions', path: '/content/v1/items/{id}/editions', form: 'json' },
  /** What changes (变更推送), as server-sent events */
  events: { id: 'content-events', path: '/content/v1/events', form: 'events' },
  /** A file of an item, as a download */
  file: { id: 'content-file', path: '/content/v1/items/{id}/files/{digest}', form: 'bytes' },
  /** One item by its id */
  item: { id: 'content-item', path: '/content/v1/items/{id}', form: 'json' },
  /** One item by its index number (索引号) */
  itemByIndexNo: { id: 'content-item-by-index-no', path: '/content/v1/items/by-index-no', form: 'json' },
  /** A list of items: by filters, or those with the ids */
  items: { id: 'content-items', path: '/content/v1/items', form: 'json' },
  /** Items by their document number (文号), with brackets of any form */
  itemsByDocNo: { id: 'content-items-by-doc-no', path: '/content/v1/items/by-doc-no', form: 'json' },
  /** One item by site and path */
  page: { id: 'content-page', path: '/content/v1/pages', form: 'json' },
  /** Search by words and any filters */
  search: { id: 'content-search', path: '/content/v1/search', form: 'json' },
  /** One site */
  site: { id: 'content-site', path: '/content/v1/sites/{id}', form: 'json' },
  /** Atom 1.0 feed of a site (站点订阅源), newest first */
  siteFeedAtom: { id: 'content-site-feed-atom', path: '/content/v1/sites/{id}/feed.atom', form: 'text' },
  /** JSON Feed 1.1 feed of a site (站点订阅源), newest first */
  siteFeedJson: { id: 'content-site-feed-json', path: '/content/v1/sites/{id}/feed.json', form: 'text' },
  /** RSS 2.0 feed of a site (站点订阅源), newest first */
  siteFeedRss: { id: 'content-site-feed-rss', path: '/content/v1/sites/{id}/feed.rss', form: 'text' },
  /** One sitemap: the pages of one volume (卷) that show */
  sitemap: { id: 'content-sitemap', path: '/content/v1/sites/{id}/sitemaps/{volume}', form: 'text' },
  /** Index of the sitemaps (站点地图) of a site */
  sitemaps: { id: 'content-sitemaps', path: '/content/v1/sites/{id}/sitemap.xml', form: 'text' },
  /** All sites */
  sites: { id: 'content-sites', path: '/content/v1/sites', form: 'json' },
  /** All units, each before its children */
  units: { id: 'content-units', path: '/content/v1/units', form: 'json' },
  /** A page that says whether the sheet on a printed form is what is public now (核验) */
  verify: { id: 'content-verify', path: '/content/v1/verify/{id}/{digest}', form: 'text' },
} as const;

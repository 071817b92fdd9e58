// Generated from the description of the content API by npm run generate. Not to be edited.

export interface paths {
    "/content/v1/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What has changed for the public (变更列表), oldest first: shown, corrected, taken down, moved */
        get: operations["content-changes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/columns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The column tree (栏目树) of a site, each before its children */
        get: operations["content-columns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/columns/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One column */
        get: operations["content-column"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/columns/{id}/data": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Open data (开放数据) of a column: what it is, on what terms, what its fields mean (字段说明), where it is fetched */
        get: operations["content-column-data"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/columns/{id}/data.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Open data of a column as CSV (RFC 4180, UTF-8) */
        get: operations["content-column-data-csv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/columns/{id}/data.jsonl": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Open data of a column as JSON Lines */
        get: operations["content-column-data-jsonl"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/columns/{id}/feed.atom": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Atom 1.0 feed of a column (栏目订阅源), newest first */
        get: operations["content-column-feed-atom"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/columns/{id}/feed.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** JSON Feed 1.1 feed of a column (栏目订阅源), newest first */
        get: operations["content-column-feed-json"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/columns/{id}/feed.rss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** RSS 2.0 feed of a column (栏目订阅源), newest first */
        get: operations["content-column-feed-rss"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What changes (变更推送), as server-sent events
         * @description Events: `change` (its data is an entry of the list of changes), `reset` (the public store was restored from a backup: read everything anew). The id of an event goes into Last-Event-ID, or after: what came since then is sent first, and some of it perhaps again: compare (epoch, seq). Without either it begins now. A line comes every 15 s at least. Who does not take a line within 20 s is cut off.
         */
        get: operations["content-events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A list of items: by filters, or those with the ids */
        get: operations["content-items"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/items/by-doc-no": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Items by their document number (文号), with brackets of any form */
        get: operations["content-items-by-doc-no"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/items/by-index-no": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One item by its index number (索引号) */
        get: operations["content-item-by-index-no"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/items/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One item by its id */
        get: operations["content-item"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/items/{id}/editions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The editions of an item (版本历史), the newest first: when, and what each corrected */
        get: operations["content-editions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/items/{id}/editions/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is told of one edition */
        get: operations["content-edition"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/items/{id}/files/{digest}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file of an item, as a download */
        get: operations["content-file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/pages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One item by site and path */
        get: operations["content-page"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search by words and any filters */
        get: operations["content-search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/sites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All sites */
        get: operations["content-sites"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/sites/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One site */
        get: operations["content-site"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/sites/{id}/feed.atom": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Atom 1.0 feed of a site (站点订阅源), newest first */
        get: operations["content-site-feed-atom"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/sites/{id}/feed.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** JSON Feed 1.1 feed of a site (站点订阅源), newest first */
        get: operations["content-site-feed-json"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/sites/{id}/feed.rss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** RSS 2.0 feed of a site (站点订阅源), newest first */
        get: operations["content-site-feed-rss"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/sites/{id}/sitemap.xml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Index of the sitemaps (站点地图) of a site */
        get: operations["content-sitemaps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/sites/{id}/sitemaps/{volume}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One sitemap: the pages of one volume (卷) that show */
        get: operations["content-sitemap"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/units": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All units, each before its children */
        get: operations["content-units"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/v1/verify/{id}/{digest}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page that says whether the sheet on a printed form is what is public now (核验) */
        get: operations["content-verify"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Collision: {
            /** @description Revision that the save began from */
            base: string;
            /** @description The revision that counts now, as the caller may see it */
            current: components["schemas"]["RevisionView"];
            /** @description Where to read what the others changed since base */
            differences: string;
            /** @description The caller's working copy; absent: none is kept */
            yours?: components["schemas"]["Working"];
        };
        Detail: {
            /** @description Reason, for programs */
            code: string;
            /** @description Reason in English */
            en: string;
            /** @description Field, place or rule that the message is about */
            where: string;
            /** @description Reason in Chinese */
            zh: string;
        };
        Finding: {
            advice_en?: string;
            advice_zh?: string;
            /** Format: int64 */
            end: number;
            evidence?: string[] | null;
            file?: string;
            /** @description In a file that cannot be masked here: replace the file */
            fixed?: boolean;
            key: string;
            kind: string;
            /** @enum {string} */
            level: "certain" | "likely" | "ask" | "warn";
            /** Format: int64 */
            line: number;
            mask?: string;
            /** @description aggregation: key of the finding that is new of the person */
            of?: string;
            place: string;
            preview?: string;
            /** Format: int64 */
            start: number;
        };
        PageTags: {
            ArticleTitle?: string;
            ColumnDescription: string;
            ColumnKeywords: string;
            ColumnName: string;
            ColumnType: string;
            ContentSource?: string;
            Description?: string;
            Keywords?: string;
            /** @description 2006-01-02 15:04 */
            PubDate?: string;
            SiteDomain: string;
            SiteIDCode: string;
            SiteName: string;
            /** @description Which edition the page shows */
            "gongkai:digest"?: string;
        };
        Problem: {
            /** @description Reason, for programs */
            code: string;
            /** @description code collision: both versions */
            collision?: components["schemas"]["Collision"];
            /** @description Reason in Chinese */
            detail: string;
            /** @description Reason in English */
            detail_en: string;
            /** @description Places that the refusal is about */
            errors?: components["schemas"]["Detail"][] | null;
            /** @description To be told when asking for help */
            request_id?: string;
            /**
             * Format: int64
             * @description HTTP status
             */
            status: number;
            /** @description Name of the status */
            title: string;
            /** @description urn:gongkai:error: and the code */
            type: string;
        };
        PublicChange: {
            /** @description When, Beijing time */
            at: string;
            /** @description SHA-256 of the edition that is shown */
            digest?: string;
            /** Format: int64 */
            epoch?: number;
            /** @description The thing as it is now */
            href: string;
            id: string;
            /**
             * @description What has changed
             * @enum {string}
             */
            kind: "item" | "column" | "site" | "unit";
            /**
             * Format: int64
             * @description Counts the public changes of an item; compare (epoch, seq), a lower one is old
             */
            seq?: number;
            /** @description Of an item: where */
            site?: string;
            /**
             * @description Of an item
             * @enum {string}
             */
            state?: "shown" | "suspended" | "removed";
            title?: string;
        };
        PublicChanges: {
            changes: components["schemas"]["PublicChange"][];
            /** @description There is more already: ask at once */
            more: boolean;
            /** @description Pass it as after, now or next year. What was told may be told again: compare (epoch, seq) */
            next: string;
        };
        PublicChoice: {
            en: string;
            value: string;
            zh: string;
        };
        PublicColumn: {
            /**
             * Format: int64
             * @description 0 at the root
             */
            depth: number;
            description: string;
            id: string;
            keywords: string;
            name: string;
            /**
             * Format: int64
             * @description Among its siblings
             */
            order: number;
            /** @description Empty at the root */
            parent: string;
            /** @description Path on the site */
            path: string;
            site: string;
            /** @description If counts were asked for */
            standing?: components["schemas"]["PublicStanding"];
            type: string;
            /** @description 更新周期, as the column or the nearest above it says: realtime, daily, weekly, monthly, quarterly, half_yearly, yearly, irregular */
            update_cycle?: string;
        };
        PublicColumnPage: {
            /** @description Columns from the root to this one */
            breadcrumb: components["schemas"]["PublicCrumb"][];
            /**
             * Format: int64
             * @description 0 at the root
             */
            depth: number;
            description: string;
            id: string;
            keywords: string;
            name: string;
            /**
             * Format: int64
             * @description Among its siblings
             */
            order: number;
            page_tags: components["schemas"]["PageTags"];
            /** @description Empty at the root */
            parent: string;
            /** @description Path on the site */
            path: string;
            site: string;
            /** @description If counts were asked for */
            standing?: components["schemas"]["PublicStanding"];
            type: string;
            /** @description 更新周期, as the column or the nearest above it says: realtime, daily, weekly, monthly, quarterly, half_yearly, yearly, irregular */
            update_cycle?: string;
        };
        PublicColumnRef: {
            /** @description Columns from the root to this one */
            breadcrumb: components["schemas"]["PublicCrumb"][];
            id: string;
            name: string;
        };
        PublicColumns: {
            columns: components["schemas"]["PublicColumn"][];
        };
        PublicCrumb: {
            id: string;
            name: string;
            /** @description Path of the column on its site */
            path: string;
        };
        PublicDataField: {
            /** @description The values that it may have */
            choices?: components["schemas"]["PublicChoice"][];
            /** @description text, rich_text (HTML; plain text in CSV), number, date, datetime, choice, multi_choice, reference, table, files, url … */
            datatype: string;
            en: string;
            name: string;
            zh: string;
        };
        PublicDataset: {
            /** @description 更新周期; empty: nothing is said */
            accrual_periodicity: components["schemas"]["PublicChoice"];
            description: string;
            distribution: components["schemas"]["PublicDistribution"][];
            keyword: string;
            /** @description 信息类型 of the records */
            kinds: components["schemas"]["PublicRef"][];
            landing_page: string;
            language: string;
            /** @description 使用许可; empty: nothing is said */
            license: string;
            /** @description Last public change, removals included, Beijing time */
            modified: string;
            /** @description 主办单位 of the site */
            publisher: string;
            /**
             * Format: int64
             * @description Number of records
             */
            records: number;
            /** @description There are at least so many: they are counted no further */
            records_more: boolean;
            table_schema: components["schemas"]["PublicTableSchema"];
            title: string;
        };
        PublicDistribution: {
            download_url: string;
            format: string;
            media_type: string;
        };
        PublicEdition: {
            /** @description 更正说明: what it corrected */
            change_note?: string;
            /** @description It is what the page shows */
            current: boolean;
            /** @description SHA-256 of the edition that was signed; absent where it was struck */
            digest?: string;
            /** Format: int64 */
            number: number;
            /** @description Beijing time */
            released: string;
            /** @description 撤除: it is not to be shown again; by its number it is 410 */
            struck?: boolean;
        };
        PublicEditions: {
            /** @description The newest first */
            editions: components["schemas"]["PublicEdition"][];
            item: string;
        };
        PublicEntry: {
            column: components["schemas"]["PublicRef"];
            /** @description 文号 */
            doc_no: string;
            /** Format: int64 */
            epoch: number;
            /** @description What expand asked for */
            expanded?: components["schemas"]["PublicExpanded"];
            /** @description The whole item */
            href: string;
            id: string;
            /** @description 索引号 */
            index_no: string;
            /** @description 信息类型 */
            kind: string;
            lang: string;
            /** @description Path on the site */
            path: string;
            /** @description 公示结束: last day of a publicity period that is marked as over */
            publicity_ended?: string;
            /** @description 发布日期: first release, Beijing time */
            published: string;
            /** @description Release of this edition */
            released: string;
            /**
             * Format: int64
             * @description Counts the public changes; compare (epoch, seq)
             */
            seq: number;
            site: string;
            summary: string;
            title: string;
            unit: components["schemas"]["PublicRef"];
            /** @description 效力状态 */
            validity: string;
        };
        PublicExpanded: {
            column?: components["schemas"]["PublicExpandedColumn"];
            files?: components["schemas"]["PublicFile"][];
            /** @description 解读: what interprets or explains the item */
            interpretations?: components["schemas"]["PublicEntry"][];
            /** @description 解读的文件: what the item interprets or explains */
            interprets?: components["schemas"]["PublicEntry"][];
            /** @description 关联信息: the first ten, of a single item fifty */
            related?: components["schemas"]["PublicEntry"][];
            unit?: components["schemas"]["PublicExpandedUnit"];
        };
        PublicExpandedColumn: {
            /** @description Columns from the root to this one */
            breadcrumb: components["schemas"]["PublicCrumb"][];
            /**
             * Format: int64
             * @description 0 at the root
             */
            depth: number;
            description: string;
            id: string;
            keywords: string;
            name: string;
            /**
             * Format: int64
             * @description Among its siblings
             */
            order: number;
            /** @description Empty at the root */
            parent: string;
            /** @description Path on the site */
            path: string;
            site: string;
            /** @description If counts were asked for */
            standing?: components["schemas"]["PublicStanding"];
            type: string;
            /** @description 更新周期, as the column or the nearest above it says: realtime, daily, weekly, monthly, quarterly, half_yearly, yearly, irregular */
            update_cycle?: string;
        };
        PublicExpandedUnit: {
            /**
             * Format: int64
             * @description 0 at the root
             */
            depth: number;
            id: string;
            name: string;
            /** @description Empty at the root */
            parent: string;
            /** @description Units from the root to this one */
            trail: components["schemas"]["PublicRef"][];
        };
        PublicFacet: {
            /** @description There are values beside these */
            more?: boolean;
            name: string;
            /** @description The most frequent first, 50 at most */
            values: components["schemas"]["PublicFacetValue"][];
        };
        PublicFacetValue: {
            /** Format: int64 */
            count: number;
            /** @description Of a column or unit */
            name?: string;
            /** @description Pass it as the parameter of that name */
            value: string;
        };
        PublicFile: {
            alt: string;
            /** @description Checked by a named person, not by a machine */
            by_eye: boolean;
            /** @description Field and number: attachments[0] */
            field: string;
            href: string;
            name: string;
            /** Format: int64 */
            size: number;
            /** @description Media type, from the bytes */
            type: string;
        };
        PublicHit: {
            column: components["schemas"]["PublicRef"];
            /** @description 文号 */
            doc_no: string;
            /** Format: int64 */
            epoch: number;
            /** @description What expand asked for */
            expanded?: components["schemas"]["PublicExpanded"];
            /** @description The whole item */
            href: string;
            id: string;
            /** @description 索引号 */
            index_no: string;
            /** @description 信息类型 */
            kind: string;
            lang: string;
            /** @description Path on the site */
            path: string;
            /** @description 公示结束: last day of a publicity period that is marked as over */
            publicity_ended?: string;
            /** @description 发布日期: first release, Beijing time */
            published: string;
            /** @description Release of this edition */
            released: string;
            /**
             * Format: int64
             * @description Counts the public changes; compare (epoch, seq)
             */
            seq: number;
            site: string;
            /** @description Piece of the text, escaped, found words in <mark> */
            snippet: string;
            summary: string;
            title: string;
            /** @description Title, escaped, found words in <mark> */
            title_html: string;
            unit: components["schemas"]["PublicRef"];
            /** @description 效力状态 */
            validity: string;
        };
        PublicHits: {
            /** @description Of all that was found, how much has which value; where more is true, at least so much */
            facets?: components["schemas"]["PublicFacet"][];
            /** @description What was looked for, because no item holds the words as they were typed: the parts of a question */
            instead?: string;
            items: components["schemas"]["PublicHit"][];
            /** @description There are more than total: counting stopped there */
            more: boolean;
            /** @description Pass it as after; empty at the end */
            next: string;
            /**
             * Format: int64
             * @description How many were found
             */
            total: number;
        };
        PublicItem: {
            /** @description 更正说明: what this edition corrects */
            change_note?: string;
            column: components["schemas"]["PublicColumnRef"];
            /** @description SHA-256 of the edition that was signed */
            digest: string;
            /** @description 文号 */
            doc_no: string;
            /**
             * Format: int64
             * @description Number of the edition
             */
            edition: number;
            /** Format: int64 */
            epoch: number;
            /** @description What expand asked for */
            expanded?: components["schemas"]["PublicExpanded"];
            /** @description Values by field name, as the kind defines them; body is sanitised HTML */
            fields: {
                [key: string]: unknown;
            };
            files: components["schemas"]["PublicFile"][];
            id: string;
            /** @description 索引号 */
            index_no: string;
            /** @description 解读: items that interpret or explain this one; what this one interprets is in related */
            interpretations: components["schemas"]["PublicEntry"][];
            /** @description 信息类型 */
            kind: string;
            lang: string;
            /** @description Meta tags of the page: plain text, to be escaped by the portal */
            page_tags: components["schemas"]["PageTags"];
            /** @description Path on the site */
            path: string;
            /** @description 公示结束: last day of a publicity period that is marked as over */
            publicity_ended?: string;
            /** @description 发布日期: first release, Beijing time */
            published: string;
            /** @description Related items that can be read */
            related: components["schemas"]["PublicEntry"][];
            /** @description Items that amend, repeal or replace this one, and those that this one amends, repeals or replaces; as far as they can be read */
            relations: components["schemas"]["PublicLink"][];
            /** @description Release of this edition */
            released: string;
            /**
             * Format: int64
             * @description Counts the public changes; compare (epoch, seq)
             */
            seq: number;
            site: string;
            title: string;
            /** @description The same text in other languages */
            translations: components["schemas"]["PublicEntry"][];
            unit: components["schemas"]["PublicRef"];
            /** @description 效力状态: as acts after the release have left it, else as the edition says */
            validity: string;
            /** @description Day from which an act after the release has changed it */
            validity_since?: string;
        };
        PublicLink: {
            en: string;
            item: components["schemas"]["PublicEntry"];
            /**
             * @description 关联关系
             * @enum {string}
             */
            relation: "amended_by" | "amends" | "abolished_by" | "abolishes" | "declared_lapsed_by" | "declares_lapsed" | "replaced_by" | "replaces";
            /** @description Day from which it holds */
            since: string;
            zh: string;
        };
        PublicList: {
            items: components["schemas"]["PublicEntry"][];
            /** @description Those of ids that cannot be read: never were, are not yet, or are no more */
            missing?: string[];
            /** @description There may be more than total: counting stopped there */
            more?: boolean;
            /** @description Pass it as after; empty at the end. A list without an index of its own may be short, or empty, and yet have a next one */
            next: string;
            /** @description Pass it as before; empty at the beginning */
            prev: string;
            /**
             * Format: int64
             * @description If it was asked for: how many there are, counted to 10,000; without an index of its own, as far as 2,000 pages tell
             */
            total?: number;
        };
        PublicRef: {
            id: string;
            name: string;
        };
        PublicSite: {
            domain: string;
            id: string;
            /** @description 网站标识码 */
            id_code: string;
            name: string;
            /** @description 主办单位 */
            unit: string;
        };
        PublicSites: {
            sites: components["schemas"]["PublicSite"][];
        };
        PublicStanding: {
            /** @description Until when something new is expected: one update cycle after the last; empty: at no set time */
            due: string;
            /**
             * Format: int64
             * @description How many items show: counted to 1,000 in a tree, to 10,000 of one column
             */
            items: number;
            /** @description Newest 发布日期; empty: nothing shows */
            last: string;
            /** @description There are more than items: counting stopped there */
            more: boolean;
        };
        PublicTableSchema: {
            /** @description In the order of the CSV file; JSON Lines names the same */
            columns: components["schemas"]["PublicDataField"][];
        };
        PublicUnit: {
            /**
             * Format: int64
             * @description 0 at the root
             */
            depth: number;
            id: string;
            name: string;
            /** @description Empty at the root */
            parent: string;
        };
        PublicUnits: {
            units: components["schemas"]["PublicUnit"][];
        };
        Purged: {
            /** Format: int64 */
            at: number;
            /** @description system: the nightly purge; operator: somebody on the command line */
            by: string;
            /** @enum {string} */
            class: "released" | "dropped" | "upload";
            /**
             * Format: int64
             * @description The retention
             */
            days: number;
            /** @description Keyed digests of the files that the text named */
            files?: string[] | null;
            /**
             * Format: int64
             * @description When the retention began
             */
            since: number;
            /**
             * Format: int64
             * @description Bytes of the original
             */
            size: number;
        };
        RevisionView: {
            author: string;
            correction?: boolean;
            /** Format: int64 */
            created: number;
            digest: string;
            fields: {
                [key: string]: unknown;
            };
            /** @description The first 200; all of them: list-findings, in sum: sum-findings */
            findings: components["schemas"]["Finding"][] | null;
            /**
             * Format: int64
             * @description How many there are in all
             */
            found: number;
            id: string;
            kind: string;
            parent?: string;
            /** @description The original is gone (原件已清除); fields are the public form that was made of it, and without one get-revision is 410 */
            purged?: components["schemas"]["Purged"];
            /** @description The values are as they were written */
            unmasked: boolean;
        };
        Working: {
            base: string;
            fields: {
                [key: string]: unknown;
            };
            id: string;
            item: string;
            /** Format: int64 */
            rev: number;
            /** Format: int64 */
            schema: number;
            /** Format: int64 */
            updated: number;
            user: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "content-changes": {
        parameters: {
            query?: {
                /** @description Only items of this site, and the trees */
                site?: string;
                limit?: number;
                /** @description next of the answer before; without it, from the very first */
                after?: string;
            };
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicChanges"];
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-columns": {
        parameters: {
            query: {
                site: string;
                /** @description Say of each column how many items show, when the last came, and when the next is due */
                counts?: boolean;
            };
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicColumns"];
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-column": {
        parameters: {
            query?: {
                /** @description Say how many items show, when the last came, and when the next is due */
                counts?: boolean;
            };
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicColumnPage"];
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-column-data": {
        parameters: {
            query?: {
                /** @description 信息类型: of this kind alone */
                kind?: string;
                /** @description With the columns below it */
                subtree?: boolean;
            };
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicDataset"];
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-column-data-csv": {
        parameters: {
            query?: {
                /** @description 信息类型: of this kind alone */
                kind?: string;
                /** @description With the columns below it */
                subtree?: boolean;
                /** @description CSV: begins with the mark by which Excel knows UTF-8 */
                bom?: boolean;
                /** @description CSV: the first line has names of fields, or what they are called */
                head?: "name" | "zh" | "en";
            };
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The records, newest first; what they hold says the description */
            200: {
                headers: {
                    "Content-Disposition"?: string;
                    "Content-Type"?: string;
                    "Last-Modified"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-column-data-jsonl": {
        parameters: {
            query?: {
                /** @description 信息类型: of this kind alone */
                kind?: string;
                /** @description With the columns below it */
                subtree?: boolean;
                /** @description CSV: begins with the mark by which Excel knows UTF-8 */
                bom?: boolean;
                /** @description CSV: the first line has names of fields, or what they are called */
                head?: "name" | "zh" | "en";
            };
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The records, newest first; what they hold says the description */
            200: {
                headers: {
                    "Content-Disposition"?: string;
                    "Content-Type"?: string;
                    "Last-Modified"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-column-feed-atom": {
        parameters: {
            query?: {
                limit?: number;
                /** @description Where the document before ended: it names the next one itself */
                after?: string;
                /** @description With the columns below it */
                subtree?: boolean;
            };
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/atom+xml": string;
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-column-feed-json": {
        parameters: {
            query?: {
                limit?: number;
                /** @description Where the document before ended: it names the next one itself */
                after?: string;
                /** @description With the columns below it */
                subtree?: boolean;
            };
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/feed+json": string;
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-column-feed-rss": {
        parameters: {
            query?: {
                limit?: number;
                /** @description Where the document before ended: it names the next one itself */
                after?: string;
                /** @description With the columns below it */
                subtree?: boolean;
            };
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/rss+xml": string;
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-events": {
        parameters: {
            query?: {
                /** @description Only items of this site, and the trees */
                site?: string;
                /** @description The same for the first time: next of the list of changes */
                after?: string;
            };
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
                /** @description Sent by browsers: the id of the last event */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-items": {
        parameters: {
            query?: {
                /**
                 * @description field.<name>=<value>: a field that a kind lets readers filter by (facet), such as field.form=text or field.statutory=…; a date by its year. With topic, genre, service and validity ten at most
                 * @example {
                 *       "field.normative": "yes"
                 *     }
                 */
                field?: {
                    [key: string]: string;
                };
                /** @description These fields of each item alone, and its id: title,published,column */
                fields?: string[] | null;
                /** @description Look up what items name, under expanded: column, unit, files, related, interprets (解读的文件), interpretations (解读), and of items of these three their column, unit and files: interpretations.files */
                expand?: string[] | null;
                /** @description Required without ids. With ids: of an item on several sites, the page on this one if it is there */
                site?: string;
                /** @description These items, in this order; what is not there is named in missing. Goes with site, fields and expand alone */
                ids?: string[] | null;
                /** @description 栏目 */
                column?: string;
                /** @description With the columns below it */
                subtree?: boolean;
                /** @description 单位, with those below it */
                unit?: string;
                /** @description 信息类型 */
                kind?: string;
                /** @description Year of the document: of 成文日期, else of its publication */
                year?: number;
                /** @description 发布日期: on this day (2006-01-02, Beijing time) or at this time (RFC 3339), or later */
                from?: string;
                /** @description 发布日期: on this day or earlier, or before this time */
                to?: string;
                /** @description 主题分类. A first level (综合政务) has the second ones (综合政务\政务公开) with it */
                topic?: string;
                /** @description 体裁分类 */
                genre?: string;
                /** @description 服务对象分类 */
                service?: string;
                /** @description 效力状态, as it is now: in_force, not_yet, amended, lapsed, abolished, declared_lapsed */
                validity?: string;
                lang?: string;
                /** @description By 发布日期; there is no other order */
                sort?: "newest" | "oldest";
                /** @description At most 20 with an expand that reads relations or files */
                limit?: number;
                /** @description next of the list before */
                after?: string;
                /** @description prev of the list behind; instead of after */
                before?: string;
                /** @description Count the list too */
                total?: boolean;
            };
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicList"];
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-items-by-doc-no": {
        parameters: {
            query: {
                /** @description These fields of each item alone, and its id: title,published,column */
                fields?: string[] | null;
                /** @description Look up what items name, under expanded: column, unit, files, related, interprets (解读的文件), interpretations (解读), and of items of these three their column, unit and files: interpretations.files */
                expand?: string[] | null;
                /** @description 文号: 国办发〔2017〕47号, with any brackets, of any width */
                doc_no: string;
                /** @description On this site only */
                site?: string;
            };
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicList"];
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-item-by-index-no": {
        parameters: {
            query: {
                /** @description These fields of each item alone, and its id: title,published,column */
                fields?: string[] | null;
                /** @description Look up what items name, under expanded: column, unit, files, related, interprets (解读的文件), interpretations (解读), and of items of these three their column, unit and files: interpretations.files */
                expand?: string[] | null;
                /** @description 索引号, slashes and all */
                index_no: string;
                /** @description Which of its sites; without it, the first that shows it */
                site?: string;
            };
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicItem"];
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-item": {
        parameters: {
            query?: {
                /** @description These fields of each item alone, and its id: title,published,column */
                fields?: string[] | null;
                /** @description Look up what items name, under expanded: column, unit, files, related, interprets (解读的文件), interpretations (解读), and of items of these three their column, unit and files: interpretations.files */
                expand?: string[] | null;
                /** @description Which of its sites; without it, the first that shows it */
                site?: string;
                /** @description epoch.seq, as a message has told: an answer that is older is 503 */
                as_of?: string;
            };
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicItem"];
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-editions": {
        parameters: {
            query?: {
                /** @description Which of its sites; without it, the first that shows it */
                site?: string;
            };
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicEditions"];
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-edition": {
        parameters: {
            query?: {
                /** @description Which of its sites; without it, the first that shows it */
                site?: string;
            };
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path: {
                id: string;
                /** @description Number of the edition */
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicEdition"];
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-file": {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
                /** @description One range of bytes */
                Range?: string;
                "If-Range"?: string;
            };
            path: {
                id: string;
                digest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file, under its own media type */
            200: {
                headers: {
                    "Accept-Ranges"?: string;
                    "Cache-Control"?: string;
                    "Content-Disposition"?: string;
                    "Content-Range"?: string;
                    "Content-Security-Policy"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "X-Content-Type-Options"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description The part that Range asks for */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The file has no such part */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-page": {
        parameters: {
            query: {
                /** @description These fields of each item alone, and its id: title,published,column */
                fields?: string[] | null;
                /** @description Look up what items name, under expanded: column, unit, files, related, interprets (解读的文件), interpretations (解读), and of items of these three their column, unit and files: interpretations.files */
                expand?: string[] | null;
                site: string;
                /** @description Path on the site, beginning with a slash */
                path: string;
            };
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicItem"];
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-search": {
        parameters: {
            query?: {
                /**
                 * @description field.<name>=<value>: a field that a kind lets readers filter by (facet), such as field.form=text or field.statutory=…; a date by its year. With topic, genre, service and validity ten at most
                 * @example {
                 *       "field.normative": "yes"
                 *     }
                 */
                field?: {
                    [key: string]: string;
                };
                /** @description Words, all of which must occur; without any, the newest */
                q?: string;
                site?: string;
                /** @description 栏目, with its subtree */
                column?: string;
                /** @description 单位, with those below it */
                unit?: string;
                /** @description 信息类型 */
                kind?: string;
                /** @description Year of publication */
                year?: number;
                /** @description 主题分类. A first level (综合政务) has the second ones (综合政务\政务公开) with it */
                topic?: string;
                /** @description 体裁分类 */
                genre?: string;
                /** @description 服务对象分类 */
                service?: string;
                /** @description 效力状态, as it is now: in_force, not_yet, amended, lapsed, abolished, declared_lapsed */
                validity?: string;
                /** @description Count the hits by these: kind, column, unit, year, validity, topic, genre, service, or field.<name> of a field that a kind lets readers filter by. With a first page only */
                facets?: string[] | null;
                /** @description Without it: relevance, or newest if there are no words */
                sort?: "relevance" | "newest";
                limit?: number;
                /** @description next of the page before */
                after?: string;
            };
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicHits"];
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-sites": {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicSites"];
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-site": {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicSite"];
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-site-feed-atom": {
        parameters: {
            query?: {
                limit?: number;
                /** @description Where the document before ended: it names the next one itself */
                after?: string;
            };
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/atom+xml": string;
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-site-feed-json": {
        parameters: {
            query?: {
                limit?: number;
                /** @description Where the document before ended: it names the next one itself */
                after?: string;
            };
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/feed+json": string;
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-site-feed-rss": {
        parameters: {
            query?: {
                limit?: number;
                /** @description Where the document before ended: it names the next one itself */
                after?: string;
            };
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/rss+xml": string;
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-sitemaps": {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/xml": string;
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-sitemap": {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path: {
                id: string;
                /** @description Number of the volume */
                volume: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/xml": string;
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-units": {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the answer at hand */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    ETag?: string;
                    "Last-Modified"?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicUnits"];
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "content-verify": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                /** @description Digest of a sheet, as it stands on a form */
                digest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Security-Policy"?: string;
                    "Content-Type"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Nothing has changed since the ETag that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is found elsewhere now: see Location */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}

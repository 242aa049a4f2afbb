-- Photos of phones in HEIC are bound as pages from now on: those kept before are counted when their dossier is next opened.

update mediation_file set pages = null where mime in ('image/heic', 'image/heif') and pages = 0;

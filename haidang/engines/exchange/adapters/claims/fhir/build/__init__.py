"""From the rows of a dossier to resources: each module builds what one group of tables tells of."""

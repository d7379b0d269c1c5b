"""From results and executed chapters to pages: the report, the portal, the print editions."""

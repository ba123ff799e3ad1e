namespace Athena.Dashboard.Tests.Notes;

/// <summary>The notes that the release process gives as its example, letter by letter.</summary>
internal static class SpecNotes
{
    public const string Text = """
        # Athena v1.2.0 - Enhanced Database Views

        **Release Date**: August 15, 2025  
        **Release Type**: Minor Feature Release  

        ## 🎉 New Features

        ### Advanced Database Filtering
        Users can now create complex filters with AND/OR logic, making it easy to find specific data across large databases.

        ### Custom Database Views
        Save frequently used filter and sort combinations as named views, shareable with team members.

        ### Database Templates
        Quick-start templates for common database structures like project tracking, CRM, and inventory management.

        ## 🚀 Improvements

        - **Performance**: Database loading improved by 40% for tables with >1000 rows
        - **Search**: Global search now includes database content
        - **Mobile**: Better mobile experience for database views

        ## 🐛 Bug Fixes

        - Fixed issue where column sorting didn't persist after page refresh
        - Resolved database export issue with special characters
        - Fixed collaborative editing sync delay in database cells

        ## 📋 Breaking Changes

        None in this release.

        ## 🔧 API Changes

        ### New Endpoints
        - `GET /api/databases/{id}/views` - List database views
        - `POST /api/databases/{id}/views` - Create database view

        ### Updated Endpoints
        - `GET /api/databases/{id}` - Now includes view information

        ## 📖 Documentation Updates

        - [Database Views Guide](https://docs.athena.app/guides/database-views)
        - [API Reference Updates](https://docs.athena.app/api/databases)

        ## 🙏 Acknowledgments

        Special thanks to our beta users for testing and feedback:
        - @sarah_pm for filter UX suggestions
        - @marcus_design for mobile feedback
        - @elena_research for performance testing

        ---

        **Rollout**: This release will roll out progressively over the next week.  
        **Support**: Contact support@athena.app for any issues.  
        **Feedback**: Share feedback at feedback@athena.app

        """;
}

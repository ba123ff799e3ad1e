return await Athena.Dashboard.AthenaApplication.RunAsync(args);

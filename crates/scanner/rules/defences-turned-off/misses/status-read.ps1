Get-MpPreference | Select-Object ExclusionPath

rule python_recording {
    meta:
        title = "Python records what the user does or sees"
        severity = "info"
        confidence = "medium"
        languages = "python"
        behaviour = "capture"
        description = "Python code takes the screen, keys, clipboard, camera or microphone. Alone it is information."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1056/001/, https://attack.mitre.org/techniques/T1113/, https://attack.mitre.org/techniques/T1115/"
    strings:
        $screen = /\b(ImageGrab\.grab|pyautogui\.screenshot|mss\.mss|pyscreenshot\.grab)\s*\(/
        $keys = /\b(pynput\.keyboard|keyboard)\.(Listener|on_press|on_release|hook|record)\s*\(/
        $keys_native = /\b(GetAsyncKeyState|SetWindowsHookEx[AW]?|GetForegroundWindow)\s*\(/
        $clipboard = /\b(pyperclip\.paste|win32clipboard\.GetClipboardData|clipboard_get|OpenClipboard|Get-Clipboard)\b/
        $clipboard_set = /\b(pyperclip\.copy|win32clipboard\.SetClipboardText)\s*\(/
        $camera = /\bcv2\.VideoCapture\s*\(\s*0\s*\)/
        $microphone = /\b(sounddevice\.rec|pyaudio\.PyAudio)\s*\(/
    condition:
        any of them
}

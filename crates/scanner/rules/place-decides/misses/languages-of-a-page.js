const t = translations[navigator.language] || translations.en;

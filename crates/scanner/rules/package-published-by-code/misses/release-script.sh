set -e
npm test
npm publish
